/**
 * Field numbers of the messages of events/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const eventsV1: Readonly<Record<string, string>> = {
  Event: 'metadata=1@meta/v1.ObjectMeta eventTime=2!u series=3*@EventSeries reportingController=4s reportingInstance=5s action=6s reason=7s regarding=8@core/v1.ObjectReference related=9*@core/v1.ObjectReference note=10s type=11s deprecatedSource=12@core/v1.EventSource deprecatedFirstTimestamp=13t deprecatedLastTimestamp=14t deprecatedCount=15i',
  EventList: 'metadata=1@meta/v1.ListMeta items=2[]@Event',
  EventSeries: 'count=1!i lastObservedTime=2!u',
}
