// What a form may consist of, as people call it; whatever else form-js knows the server would not render.

export const KINDS = {
  textfield: '单行文字',
  textarea: '多行文字',
  number: '数字',
  datetime: '日期',
  checkbox: '勾选',
  checklist: '多选',
  radio: '单选',
  select: '下拉选择',
  filepicker: '文件',
  text: '说明文字',
  separator: '分隔线',
  group: '分组',
  dynamiclist: '列表',
};
