// One field to a row, as on the clerk's page: form-js would also set fields side by side.

class OneToARow {
  constructor(formLayouter) {
    this.layouter = formLayouter;
  }

  validateField(field = {}, columns, row) {
    const there = (row ?? this.layouter.getRowForField(field))?.components ?? [];
    return there.some((id) => id !== field.id) ? '每行只放一个字段' : null;
  }
}
OneToARow.$inject = ['formLayouter'];

export default { formLayoutValidator: ['type', OneToARow] };
