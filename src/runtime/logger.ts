/** The part of a structured logger that the controller uses; Pepr's own fits. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
