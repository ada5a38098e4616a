/** Field ownership: metadata.managedFields and server-side apply. */
export { applyPatch, applySteps, type ApplyRequest } from './apply.ts'
export { misfitsOf } from './fit.ts'
export { misfit, typedPath, UNDECLARED } from './typed.ts'
export { rootType } from './types.ts'
export { trackSteps, trackUpdate, type TrackRequest } from './track.ts'
export type { ManagedFieldsEntry } from './managers.ts'
