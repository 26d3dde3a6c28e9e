// The text of what is drawn: written once, for whoever asks for it before something else is drawn.

export class Written {
  /** ``write()`` makes the text. */
  constructor(write) {
    this.write = write;
  }

  /** Something was drawn, or another file opened. */
  changed() {
    this.text = undefined;
  }

  read() {
    const text = (this.text ??= this.write());
    text.catch(() => this.text === text && this.changed());
    return text;
  }
}
