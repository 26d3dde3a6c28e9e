// Words of a library that asks for no translation are put into Chinese as they appear.

const NAMES = ['title', 'aria-label', 'placeholder'];

/**
 * Watch ``roots`` and put each text and title that stands in one of ``homes`` (a selector) as ``said(text)`` says it.
 *
 * Returns the observer, which can be disconnected.
 */
export function replaceWords({ roots, homes, said }) {
  const watcher = new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      for (const each of addedNodes.length ? addedNodes : [target]) translateIn(each, homes, said);
    }
  });
  const seen = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: NAMES };
  for (const root of roots) {
    translateIn(root, homes, said);
    watcher.observe(root, seen);
  }
  return watcher;
}

function translateIn(node, homes, said) {
  const root = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  if (!root?.closest || !(root.closest(homes) || root.querySelector(homes))) return;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    if (!text.parentElement.closest(homes)) continue;
    const chinese = said(text.data);
    if (text.data.trim() && chinese !== text.data.trim()) text.data = `${chinese} `;
  }
  for (const each of [root, ...root.querySelectorAll(NAMES.map((name) => `[${name}]`).join())]) {
    for (const name of each.closest(homes) ? NAMES.filter((one) => each.hasAttribute(one)) : []) {
      const english = each.getAttribute(name);
      const chinese = said(english);
      if (chinese !== english.trim()) each.setAttribute(name, chinese);
    }
  }
}
