/** The name of the method that Node's console.log asks for. */
export const inspect: unique symbol = /* @__PURE__ */ Symbol.for('nodejs.util.inspect.custom');
