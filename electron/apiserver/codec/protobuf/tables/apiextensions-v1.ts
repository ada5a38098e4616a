/**
 * Field numbers of the messages of apiextensions/v1 (source: the protobuf tags of the API types, release 1.36).
 * Grammar: see ../fields.ts.
 */
export const apiextensionsV1: Readonly<Record<string, string>> = {
  CustomResourceColumnDefinition: 'name=1!s type=2!s format=3s description=4s priority=5i jsonPath=6!s',
  CustomResourceConversion: 'strategy=1!s webhook=2*@WebhookConversion',
  CustomResourceDefinition: 'metadata=1@meta/v1.ObjectMeta spec=2@CustomResourceDefinitionSpec status=3@CustomResourceDefinitionStatus',
  CustomResourceDefinitionCondition: 'type=1!s status=2!s lastTransitionTime=3t reason=4s message=5s observedGeneration=6l',
  CustomResourceDefinitionList: 'metadata=1@meta/v1.ListMeta items=2[]@CustomResourceDefinition',
  CustomResourceDefinitionNames: 'plural=1!s singular=2s shortNames=3[]s kind=4!s listKind=5s categories=6[]s',
  CustomResourceDefinitionSpec: 'group=1!s names=3@CustomResourceDefinitionNames scope=4!s versions=7[]@CustomResourceDefinitionVersion conversion=9*@CustomResourceConversion preserveUnknownFields=10b',
  CustomResourceDefinitionStatus: 'conditions=1[]@CustomResourceDefinitionCondition acceptedNames=2@CustomResourceDefinitionNames storedVersions=3[]s observedGeneration=4l',
  CustomResourceDefinitionVersion: 'name=1!s served=2!b storage=3!b schema=4*@CustomResourceValidation subresources=5*@CustomResourceSubresources additionalPrinterColumns=6[]@CustomResourceColumnDefinition deprecated=7b deprecationWarning=8*s selectableFields=9[]@SelectableField',
  CustomResourceSubresourceScale: 'specReplicasPath=1!s statusReplicasPath=2!s labelSelectorPath=3*s',
  CustomResourceSubresourceStatus: '',
  CustomResourceSubresources: 'status=1*@CustomResourceSubresourceStatus scale=2*@CustomResourceSubresourceScale',
  CustomResourceValidation: 'openAPIV3Schema=1*@JSONSchemaProps',
  ExternalDocumentation: 'description=1s url=2s',
  JSONSchemaProps:
    'id=1s $schema=2s $ref=3*s description=4s type=5s format=6s title=7s default=8*r maximum=9*d exclusiveMaximum=10b minimum=11*d exclusiveMinimum=12b maxLength=13*l minLength=14*l pattern=15s ' +
    'maxItems=16*l minItems=17*l uniqueItems=18b multipleOf=19*d enum=20[]r maxProperties=21*l minProperties=22*l required=23[]s items=24*|@JSONSchemaPropsOrArray allOf=25[]@JSONSchemaProps ' +
    'oneOf=26[]@JSONSchemaProps anyOf=27[]@JSONSchemaProps not=28*@JSONSchemaProps properties=29{}@JSONSchemaProps additionalProperties=30*|@JSONSchemaPropsOrBool patternProperties=31{}@JSONSchemaProps ' +
    'dependencies=32{}|@JSONSchemaPropsOrStringArray additionalItems=33*|@JSONSchemaPropsOrBool definitions=34{}@JSONSchemaProps externalDocs=35*@ExternalDocumentation example=36*r nullable=37b ' +
    'x-kubernetes-preserve-unknown-fields=38*b x-kubernetes-embedded-resource=39b x-kubernetes-int-or-string=40b x-kubernetes-list-map-keys=41[]s x-kubernetes-list-type=42*s x-kubernetes-map-type=43*s x-kubernetes-validations=44[]@ValidationRule',
  JSONSchemaPropsOrArray: 'schema=1*@JSONSchemaProps list=2[]@JSONSchemaProps',
  JSONSchemaPropsOrBool: 'bool=1!b schema=2*@JSONSchemaProps',
  JSONSchemaPropsOrStringArray: 'schema=1*@JSONSchemaProps list=2[]s',
  SelectableField: 'jsonPath=1!s',
  ServiceReference: 'namespace=1!s name=2!s path=3*s port=4*i',
  ValidationRule: 'rule=1!s message=2s messageExpression=3s reason=4*s fieldPath=5s optionalOldSelf=6*b',
  WebhookClientConfig: 'service=1*@ServiceReference caBundle=2y url=3*s',
  WebhookConversion: 'clientConfig=2*@WebhookClientConfig conversionReviewVersions=3[]s',
}
