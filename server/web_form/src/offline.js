// Keeping the page, the form and the engine on this device, so that it opens without a network.
import { element, page, say } from './page.js';
import { every } from './kept.js';

const USES_MAP = /\b(placement-map|maps|map)\b|type="geo(trace|shape)"/;

const told = (name) => {
  document.getElementById('offline').replaceChildren(element('span', { textContent: say(name) }));
};

const addresses = async (xml) => {
  const drafts = (await every('drafts')).filter((each) => each.owner === page.owner);
  const forms = [page.form, ...drafts.map((each) => each.form)].filter(Boolean);
  const ofForms = forms.flatMap((form) => [form.xml, ...Object.values(form.media)]);
  const assets = page.assets.filter((each) => USES_MAP.test(xml) || !each.includes('/MapBlock-'));
  return [...new Set([page.here, ...assets, ...ofForms])];
};

/** Have the page kept on the device, and say whether it is. */
export const keepPage = async (xml) => {
  if (!window.isSecureContext || !('serviceWorker' in navigator)) {
    told('offlineNeedsHttps');
    return;
  }
  try {
    await navigator.serviceWorker.register(page.worker, { scope: page.here });
    const { active } = await navigator.serviceWorker.ready;
    navigator.storage?.persist?.();
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => told(data.isKept ? 'offlineReady' : 'offlineNotYet');
    const { lang: language } = document.documentElement;
    active.postMessage({ place: page.here, keep: await addresses(xml), language }, [channel.port2]);
  } catch {
    told('offlineNotYet');
  }
};

/** Forget the page of a link that takes nothing any more: without a network it would open as if it did. */
export const forgetPage = () => {
  const channel = new MessageChannel();
  navigator.serviceWorker?.controller?.postMessage({ place: page.here, keep: [] }, [channel.port2]);
};
