/** Field ownership: metadata.managedFields and server-side apply. */
export { applyPatch, applySteps, type ApplyRequest } from './apply.ts'
export { trackSteps, trackUpdate, type TrackRequest } from './track.ts'
export type { ManagedFieldsEntry } from './managers.ts'
