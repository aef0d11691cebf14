"""Whether a page keeps anybody out: what axe finds grave, each kind of text looked at once for its colours.

Of the time that axe takes, four fifths go into the contrast of every text of the page. Contrast is a matter of a
text's colour, size and weight and of what is painted behind it: where these are the same, one text stands for all.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = ("serious", "critical")
"""Of what axe finds: what keeps somebody out."""
READABLE: set[str] = set()
"""Kinds of text, by digest, whose contrast was found to be enough in this process."""
LOOK = """async ({ known, grave }) => {
    const styles = new Map();
    const styleOf = (element) => {
        if (!element) return "";
        if (!styles.has(element)) {
            const style = getComputedStyle(element);
            const own = [
                element.tagName, element.className, style.color, style.backgroundColor, style.backgroundImage,
                style.fontSize, style.fontWeight, style.opacity,
            ];
            styles.set(element, [styleOf(element.parentElement), ...own].join());
        }
        return styles.get(element);
    };
    const digest = async (text) => [
        ...new Uint8Array(await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text)))
    ].join();
    const rules = axe._audit.rules.filter((rule) => rule.enabled && grave.includes(rule.impact));
    const others = rules.map((rule) => rule.id).filter((id) => id !== "color-contrast");
    const find = async (what, values) => (
        await axe.run(what, { resultTypes: ["violations"], preload: false, runOnly: { type: "rule", values } })
    ).violations;

    const texts = new Map();
    for (const element of document.body.querySelectorAll("*")) {
        const isText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (isText && element.checkVisibility() && !texts.has(styleOf(element))) {
            texts.set(styleOf(element), element);
        }
    }
    const kinds = new Map();
    for (const [style, element] of texts) kinds.set(await digest(style), element);
    const unseen = [...kinds].filter(([kind]) => !known.includes(kind));
    const pale = unseen.length ? await find({ include: unseen.map(([, element]) => element) }, ["color-contrast"]) : [];
    const faults = [...pale, ...await find(document, others)];
    return {
        seen: pale.length ? [] : unseen.map(([kind]) => kind),
        faults: faults.flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.html}`)),
    };
}"""


def kept_out(page: Page) -> list[str]:
    """What keeps somebody from using the page."""
    page.evaluate(Axe().axe_script)
    looked = page.evaluate(LOOK, {"known": sorted(READABLE), "grave": list(GRAVE)})
    READABLE.update(looked["seen"])
    faults: list[str] = looked["faults"]
    return faults
