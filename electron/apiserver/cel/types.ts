/** Opaque values that Kubernetes' libraries add to CEL, as protobuf messages, which is what the evaluator takes for objects. */
import { create, createFileRegistry, type Message } from '@bufbuild/protobuf'
import { FieldDescriptorProto_Label, FieldDescriptorProto_Type, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
import { objectType } from '@bufbuild/cel'

const names = ['Quantity', 'URL', 'IP', 'CIDR', 'Authorizer', 'PathCheck', 'GroupCheck', 'ResourceCheck', 'Decision', 'Optional', 'Semver', 'Format'] as const
type Name = (typeof names)[number]

/** One string each: what a value stands for is in its text. */
export const registry = createFileRegistry(create(FileDescriptorSetSchema, {
  file: [{
    name: 'kubernetes.proto', package: 'kubernetes', syntax: 'proto3',
    messageType: names.map((name) => ({ name, field: [{ name: 'text', number: 1, type: FieldDescriptorProto_Type.STRING, label: FieldDescriptorProto_Label.OPTIONAL, jsonName: 'text' }] })),
  }],
}))

function descriptorOf(name: Name) {
  const found = registry.getMessage(`kubernetes.${name}`)
  if (!found) throw new Error(`no message ${name}`)
  return found
}
const descriptors = Object.fromEntries(names.map((name) => [name, descriptorOf(name)])) as Record<Name, ReturnType<typeof descriptorOf>>

export const types = Object.fromEntries(names.map((name) => [name, objectType(descriptors[name])])) as Record<Name, ReturnType<typeof objectType>>

export const make = (name: Name, text: string): Message => create(descriptors[name], { text } as never)

/** The text of a value of ours. */
export const textOf = (value: unknown): string => (value as { message: { text: string } }).message.text
