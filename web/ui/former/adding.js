// Adding a field without dragging it: a press on a component adds it at the end, by pointer and by keyboard.

/** Let a press on a component in the palette of ``editor`` (in ``container``) add it to the form. */
export function addByPress(editor, container) {
  const pressed = ({ target }) => target.closest?.('.fjs-palette-field');
  // form-js adds on Enter itself, and then takes the very key for a press on the new field, which lets go of it again.
  container.addEventListener('keydown', (event) => event.key === 'Enter' && pressed(event) && event.preventDefault(), true);
  container.addEventListener('click', (event) => {
    const type = pressed(event)?.dataset.fieldType;
    if (!type) return;
    const { schema } = editor._getState();
    editor.get('modeling').addFormField({ type }, schema, schema.components.length);
  });
}
