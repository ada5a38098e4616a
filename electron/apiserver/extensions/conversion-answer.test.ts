import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../shared/api/meta.ts'
import { convertedObjects } from './conversion-answer.ts'

const object = (name: string, more: object = {}): KubeObject => ({ apiVersion: 'example.com/v1', kind: 'Tab', metadata: { name, namespace: 'ns', uid: '1', resourceVersion: '7', labels: { a: 'b' } }, ...more }) as unknown as KubeObject
const converted = (name: string, metadata: object = {}, more: object = {}): object => ({ apiVersion: 'example.com/v2', kind: 'Tab', metadata: { name, namespace: 'ns', uid: '1', ...metadata }, ...more })
const review = (objects: object[], more: object = {}, response: object = {}): object => ({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview', response: { uid: 'u', result: { status: 'Success' }, convertedObjects: objects, ...response }, ...more })
const read = (answer: unknown, sent: readonly KubeObject[] = [object('a')], spoken = 'v1'): KubeObject[] => convertedObjects(answer, 'u', spoken, sent, 'example.com/v2')

describe('what a conversion webhook answers', () => {
  it('may change labels and annotations; the rest of metadata stays as it was', () => {
    const [one, two] = read(review([converted('a', { labels: { c: 'd' }, resourceVersion: '99' }, { spec: 1 }), converted('b')]), [object('a'), object('b')])
    expect(one).toEqual({ apiVersion: 'example.com/v2', kind: 'Tab', spec: 1, metadata: { name: 'a', namespace: 'ns', uid: '1', resourceVersion: '7', labels: { c: 'd' } } })
    expect(two?.metadata).toEqual({ name: 'b', namespace: 'ns', uid: '1', resourceVersion: '7' })
  })
  it('in v1beta1 need not say what it is', () => expect(read(review([converted('a')], { apiVersion: '', kind: '' }, { uid: 'other' }), [object('a')], 'v1beta1')).toHaveLength(1))
  it.each<[string, unknown, string]>([
    ['something else', { apiVersion: 'v1', kind: 'Pod' }, 'failed: expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got v1, Kind=Pod'],
    ['nothing', review([], { response: undefined }), 'failed: no response provided'],
    ['another request', review([], {}, { uid: 'x' }), 'failed: expected response.uid="u", got "x"'],
    ['no', review([], {}, { result: { status: 'Failure', message: 'not today' } }), 'failed: not today'],
    ['no, without a word', review([], {}, { result: { status: 'Failure' } }), "failed: response.result.status was 'Failure', not 'Success'"],
    ['too little', review([]), 'returned 0 objects, expected 1'],
    ['the old version', review([object('a')]), 'returned invalid object at index 0: invalid groupVersion (expected example.com/v2, received example.com/v1)'],
    ['another kind', review([converted('a', {}, { kind: 'Tub' })]), 'returned invalid object at index 0: invalid kind (expected Tab, received Tub)'],
    ['another name', review([converted('b')]), 'returned invalid object: must have the same name: a != b'],
    ['another uid', review([converted('a', { uid: '2' })]), 'returned invalid object: must have the same UID: 1 != 2'],
    ['labels that are numbers', review([converted('a', { labels: { x: 1 } })]), 'returned invalid metadata: metadata.labels[x] must be a string, but is int64 in converted object'],
    ['labels that are none', review([converted('a', { labels: { '-': 'x' } })]), 'returned invalid metadata: metadata.labels: Invalid value: "-": '],
  ])('is not believed: %s', (_what, answer, why) => expect(() => read(answer)).toThrow(why))
})
