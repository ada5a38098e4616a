import { describe, expect, test } from 'vitest'
import { readShipFault, shipFault, shipFaults, type ShipFault } from './shipping-faults.ts'

describe('what went wrong with a destination', () => {
  test.each(Object.keys(shipFaults).map((k) => k.slice('shipping.fault.'.length) as ShipFault))('%s is read back as it was said', (fault) => {
    const names = [...shipFaults[`shipping.fault.${fault}`].matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name as string)
    const words = Object.fromEntries(names.map((n, i) => [n, /^(text|why|address|host)$/.test(n) ? `${n}: (odd) of\ntwo lines` : String(500 + i)]))
    expect(readShipFault(shipFault(fault, words))).toEqual({ name: fault, words })
  })
  test('what it is not', () => {
    for (const text of ['', 'illegal_argument_exception: no', 'the connection was closed twice']) expect(readShipFault(text)).toBeUndefined()
  })
})
