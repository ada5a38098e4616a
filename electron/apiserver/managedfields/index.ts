/** Field ownership: metadata.managedFields and server-side apply. */
export { applyPatch, type ApplyRequest } from './apply.ts'
export { trackUpdate, type TrackRequest } from './track.ts'
export type { ManagedFieldsEntry } from './managers.ts'
