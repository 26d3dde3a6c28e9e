// A wide process diagram opens where the case stands; without script a link beside it leads there.
export class Diagrams {
  constructor(root) {
    this.root = root;
  }

  show() {
    for (const box of this.root.querySelectorAll('.yc-diagram__box')) {
      const here = box.querySelector('.yc-d-standing');
      if (here) this.centre(box, here.getBoundingClientRect());
    }
  }

  centre(box, place) {
    const frame = box.getBoundingClientRect();
    box.scrollLeft += place.left + place.width / 2 - frame.left - frame.width / 2;
    box.scrollTop += place.top + place.height / 2 - frame.top - frame.height / 2;
  }
}
