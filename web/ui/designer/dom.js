// Making elements without markup in strings: what people wrote is text, never HTML.

/** Make an element with properties (``class``, ``data-…`` and ``aria-…`` are attributes, ``on…`` listeners). */
export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'class' || name.includes('-') || name === 'role') node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((each) => each !== null && each !== undefined && each !== false));
  return node;
}

/** An instant as people read it here, such as 3月2日 09:05. */
export function atText(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return String(iso ?? '');
  return new Intl.DateTimeFormat('zh-CN', {
    month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Shanghai',
  }).format(at); // prettier-ignore
}
