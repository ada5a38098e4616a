/**
 * The wire form of a Kubernetes API type.
 *
 * @kubernetes/client-node describes every type of the Kubernetes API (release 1.36), but as classes whose times are
 * `Date`s and whose reserved names carry an underscore. `Wire` turns such a class into the plain JSON that crosses the
 * API: times are RFC 3339 strings, names are the real ones. It costs nothing at run time.
 */
export type Wire<T> = T extends Date
  ? string
  : T extends (infer E)[]
    ? Wire<E>[]
    : T extends object
      ? { [K in keyof T as K extends `_${infer R}` ? R : K]: Wire<T[K]> }
      : T
