// A received sheet as the form engine reads it.
const named = (parent, name) => Array.from(parent.children).find((each) => each.localName === name);

const parsed = (xml) => new DOMParser().parseFromString(xml, 'text/xml');

/** The element again under another namespace, its children of the old one too. */
const moved = (element, namespace, prefix) => {
  const name = prefix ? `${prefix}:${element.localName}` : element.localName;
  const made = element.ownerDocument.createElementNS(namespace, name);
  for (const { name: attribute, value } of element.attributes) {
    if (!attribute.startsWith('xmlns')) made.setAttribute(attribute, value);
  }
  for (const child of Array.from(element.childNodes)) {
    const isOfOld = child.nodeType === Node.ELEMENT_NODE && child.namespaceURI === element.namespaceURI;
    made.append(isOfOld ? moved(child, namespace, prefix) : child);
  }
  return made;
};

/**
 * The sheet with its `meta` in the namespace in which its form has it: programs write either, the engine takes the
 * form's alone, and would otherwise lose which version is replaced.
 */
export const readable = (xml, formXml) => {
  const form = parsed(formXml);
  const primary = form.getElementsByTagNameNS('http://www.w3.org/2002/xforms', 'instance')[0]?.firstElementChild;
  const sheet = parsed(xml);
  const root = sheet.documentElement;
  const wanted = primary && named(primary, 'meta');
  const meta = named(root, 'meta');
  if (!wanted || !meta) return xml;
  const isPlain = wanted.namespaceURI === primary.namespaceURI;
  const namespace = isPlain ? root.namespaceURI : wanted.namespaceURI;
  if (meta.namespaceURI === namespace) return xml;
  meta.replaceWith(moved(meta, namespace, isPlain ? '' : 'orx'));
  return new XMLSerializer().serializeToString(sheet);
};
