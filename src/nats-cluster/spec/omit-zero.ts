/** A value of the spec, unless it is Go's zero value: Go clients send 0, "" and false for unset fields. */
export function omitZero<Value extends string | number | boolean>(value: Value | undefined): Value | undefined {
  return value === 0 || value === '' || value === false ? undefined : value;
}
