/** The address of an object on a list page: `/pods/default/web-1/logs`. */
export type Address = { namespace?: string | undefined; name?: string | undefined; tab?: string | undefined }

/** The chosen object, where the address names one. */
export const chosenOf = (a: Address): { namespace?: string | undefined; name: string } | undefined => (a.name === undefined ? undefined : { namespace: a.namespace, name: a.name })
