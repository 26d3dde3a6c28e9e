// Words of a library that asks for no translation are put into Chinese as they appear.
const NAMES = ['title', 'aria-label', 'placeholder'];
const SVG = 'http://www.w3.org/2000/svg';
const SEEN = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: NAMES };

/** Replace, in and under ``roots``, texts and titles that lie in ``homes`` (a selector) by what ``said`` makes of them. */
export class Replacing {
  constructor({ roots, homes, said }) {
    Object.assign(this, { homes, said });
    this.watcher = new MutationObserver((changes) => {
      for (const { type, target, addedNodes } of changes) {
        // What is drawn has no words of the library, and a large drawing has too much to be looked through each time.
        if ((target.parentElement ?? target).namespaceURI === SVG) continue;
        for (const each of type === 'childList' ? addedNodes : [target]) this.replaceIn(each);
      }
    });
    for (const root of roots) {
      this.replaceIn(root);
      this.watcher.observe(root, SEEN);
    }
  }

  stop() {
    this.watcher.disconnect();
  }

  replaceIn(node) {
    const { homes, said } = this;
    const root = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (!root?.closest || !(root.closest(homes) || root.querySelector(homes))) return;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      if (!text.parentElement.closest(homes)) continue;
      const chinese = said(text.data.trim());
      if (text.data.trim() && chinese !== text.data.trim()) text.data = `${chinese} `;
    }
    for (const each of [root, ...root.querySelectorAll('[title], [aria-label], [placeholder]')]) {
      for (const name of each.closest(homes) ? NAMES.filter((one) => each.hasAttribute(one)) : []) {
        const english = each.getAttribute(name).trim();
        const chinese = said(english);
        if (chinese !== english) each.setAttribute(name, chinese);
      }
    }
  }
}
