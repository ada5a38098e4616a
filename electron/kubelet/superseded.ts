/** Why the work on a pod is cut short. One for all: making a DOMException for each abort records a stack, and pods end in thousands. */
export const SUPERSEDED = new DOMException('the pod has changed or gone', 'AbortError')
