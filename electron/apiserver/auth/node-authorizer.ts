/**
 * The Node authorizer: a kubelet (`system:node:NAME` of the group `system:nodes`) reads what its pods need and nothing else,
 * and the other rules of the role `system:node` hold for it. Where it says nothing, RBAC is asked.
 * Source: Kubernetes documentation, "Using Node Authorization".
 */
import type { PolicyRule } from '../../../shared/api/types.ts'
import type { Attributes, Authorizer, Decision, UserInfo } from '../types.ts'
import type { NodeGraph } from './node-graph.ts'
import { nodeOf } from './node-identity.ts'
import { ruleAllows } from './rules.ts'

const ALLOWED: Decision = { allowed: true, reason: '' }
const SILENT: Decision = { allowed: false, reason: '' }
const no = (reason: string): Decision => ({ allowed: false, reason })
const READ = new Set(['get', 'list', 'watch'])
const OWN_VERBS = new Set(['get', 'create', 'update', 'patch', 'delete'])
const LEASES = 'kube-node-lease'

type Rule = (node: string, asked: Attributes, graph: NodeGraph) => Decision

function related(node: string, { resource, namespace, name }: Attributes, graph: NodeGraph): Decision {
  if (!name) return no('No Object name found')
  const found = resource === 'pods' ? graph.hasPod(node, namespace, name) : graph.reaches(node, resource, namespace, name)
  return found ? ALLOWED : no(`no relationship found between node '${node}' and this object`)
}
/** A list or a watch of one object by name is a read of that object. */
const readable: Rule = (node, asked, graph) => {
  if (!READ.has(asked.verb)) return no('can only read resources of this type')
  if (asked.subresource) return no('cannot read subresource')
  if (!asked.namespace) return no('can only read namespaced object of this type')
  return related(node, asked, graph)
}
const gettable: Rule = (node, asked, graph) => {
  if (asked.verb !== 'get') return no('can only get individual resources of this type')
  return asked.subresource ? no('cannot get subresource') : related(node, asked, graph)
}
const claims: Rule = (node, asked, graph) => {
  if (asked.subresource !== 'status') return gettable(node, asked, graph)
  return asked.verb === 'update' || asked.verb === 'patch' ? related(node, asked, graph) : no('can only update or patch status of PVC')
}
const accounts: Rule = (node, asked, graph) => {
  if (asked.verb === 'get' && !asked.subresource) return related(node, asked, graph)
  if (asked.verb !== 'create' || !asked.name) return no('can only create tokens for individual service accounts')
  return asked.subresource === 'token' ? related(node, asked, graph) : no('can only create token subresource of serviceaccount')
}
/** What a node has one of, under its own name. */
const own = (what: string, place: string): Rule => (node, { verb, subresource, namespace, name }) => {
  if (!OWN_VERBS.has(verb)) return no(`can only get, create, update, patch, or delete a ${what}`)
  if (subresource) return no(`cannot authorize ${what} subresources`)
  if (namespace !== place) return no(`can only access leases in the ${JSON.stringify(place)} system namespace`)
  // The name of what is created stands in its body; NodeRestriction looks there.
  return verb === 'create' || name === node ? ALLOWED : no(`can only access ${what} with the same name as the requesting node`)
}
const nodes: Rule = (node, { verb, subresource, name }) => {
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? ALLOWED : SILENT
  if (subresource) return SILENT
  if (verb === 'create' || verb === 'update' || verb === 'patch') return ALLOWED
  if (!READ.has(verb) || name === node) return READ.has(verb) ? ALLOWED : SILENT
  return no(name ? `node '${node}' cannot read '${name}', only its own Node object` : `node '${node}' cannot read all nodes, only its own Node object`)
}
const selectsNode = (selector: string | undefined, node: string): boolean =>
  selector?.split(',').some((term) => term === `spec.nodeName=${node}` || term === `spec.nodeName==${node}`) ?? false
const pods: Rule = (node, asked, graph) => {
  const { verb, subresource } = asked
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? ALLOWED : SILENT
  if (subresource) return subresource === 'eviction' && verb === 'create' ? ALLOWED : SILENT
  if (verb === 'create' || verb === 'delete') return ALLOWED
  if (verb === 'get') return related(node, asked, graph)
  if (verb !== 'list' && verb !== 'watch') return SILENT
  if (asked.name) return related(node, asked, graph)
  return selectsNode(asked.fieldSelector, node) ? ALLOWED : no('can only list/watch pods with spec.nodeName field selector')
}

const RULES: Readonly<Record<string, Rule>> = {
  '/pods': pods, '/nodes': nodes, '/secrets': readable, '/configmaps': readable, '/persistentvolumeclaims': claims, '/persistentvolumes': gettable, '/serviceaccounts': accounts,
  'coordination.k8s.io/leases': own('node lease', LEASES), 'storage.k8s.io/csinodes': own('CSINode', ''), 'storage.k8s.io/volumeattachments': gettable,
}

/** @param rules what holds for every kubelet beside that: the rules of the role `system:node` */
export function createNodeAuthorizer(graph: NodeGraph, rules: readonly PolicyRule[]): Authorizer {
  return {
    authorize(asked) {
      const node = nodeOf(asked.user)
      if (node === undefined) return SILENT
      if (!node) return no(`unknown node for user ${JSON.stringify(asked.user.name)}`)
      const rule = asked.resource ? RULES[`${asked.group}/${asked.resource}`] : undefined
      if (rule) return rule(node, asked, graph)
      return rules.some((r) => ruleAllows(r, asked)) ? ALLOWED : SILENT
    },
  }
}

/** What is wrong with a list of a user's rules, since those of a kubelet hang on its pods; undefined: nothing. */
export const rulesFault = (user: UserInfo): string | undefined => (nodeOf(user) === undefined ? undefined : 'node authorizer does not support user rule resolution')

/** The first that allows it does; else all reasons against it. */
export function unionAuthorizer(all: readonly Authorizer[]): Authorizer {
  return {
    authorize(asked) {
      let reason = ''
      for (const authorizer of all) {
        const decision = authorizer.authorize(asked)
        if (decision.allowed) return decision
        if (decision.reason) reason = reason ? `${reason}\n${decision.reason}` : decision.reason
      }
      return reason ? no(reason) : SILENT
    },
  }
}
