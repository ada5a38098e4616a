export const extras = {}
