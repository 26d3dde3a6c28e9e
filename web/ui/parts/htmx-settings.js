// htmx reads its settings from a meta element while it loads; so this module must be imported before it.
// Its own style sheet stays off: our styles come from our files alone (style-src 'self').
if (!document.querySelector('meta[name="htmx-config"]')) {
  const meta = document.createElement('meta');
  meta.name = 'htmx-config';
  meta.content = JSON.stringify({ includeIndicatorCSS: false });
  document.head.append(meta);
}
