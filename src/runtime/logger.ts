/** The subset of a structured logger that is used; Pepr's logger implements it. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
