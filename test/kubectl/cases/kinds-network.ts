/** What `get`, `get -o wide` and `describe` print. Services and what leads to them. */
import { named, service } from '../objects.ts'
import type { Group } from '../table.ts'

const NET = 'networking.k8s.io/v1'

export const network: Group = {
  name: 'kinds: network', cluster: 'hollow', stories: [
    { about: 'services', objects: [service('inner'), service('outer', { type: 'NodePort' }), service('none', { clusterIP: 'None' }), named('v1', 'Service', 'far', { spec: { type: 'ExternalName', externalName: 'example.com' } })], cases: [
      { run: 'get services', out: `
NAME    TYPE           CLUSTER-IP      EXTERNAL-IP   PORT(S)        AGE
far     ExternalName   <none>          example.com   <none>         {age}
inner   ClusterIP      {ip}   <none>        80/TCP         {age}
none    ClusterIP      None            <none>        80/TCP         {age}
outer   NodePort       {ip}   <none>        80:{port}/TCP   {age}` },
      { run: 'get svc -o wide', out: `
NAME    TYPE           CLUSTER-IP      EXTERNAL-IP   PORT(S)        AGE   SELECTOR
far     ExternalName   <none>          example.com   <none>         {age}    <none>
inner   ClusterIP      {ip}   <none>        80/TCP         {age}    app=inner
none    ClusterIP      None            <none>        80/TCP         {age}    app=none
outer   NodePort       {ip}   <none>        80:{port}/TCP   {age}    app=outer` },
      { run: 'describe service inner', out: `
Name:                     inner
Namespace:                {ns}
Labels:                   <none>
Annotations:              <none>
Selector:                 app=inner
Type:                     ClusterIP
IP Family Policy:         SingleStack
IP Families:              IPv4
IP:                       {ip}
IPs:                      {ip}
Port:                     <unset>  80/TCP
TargetPort:               8080/TCP
Endpoints:
Session Affinity:         None
Internal Traffic Policy:  Cluster
Events:                   <none>`, until: { 28: { err: 'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice', out: `
Name:              inner
Namespace:         {ns}
Labels:            <none>
Annotations:       <none>
Selector:          app=inner
Type:              ClusterIP
IP Family Policy:  SingleStack
IP Families:       IPv4
IP:                {ip}
IPs:               {ip}
Port:              <unset>  80/TCP
TargetPort:        8080/TCP
Endpoints:         <none>
Session Affinity:  None
Events:            <none>` } }, eventually: true },
      { run: 'describe service outer', out: `
Name:                     outer
Namespace:                {ns}
Labels:                   <none>
Annotations:              <none>
Selector:                 app=outer
Type:                     NodePort
IP Family Policy:         SingleStack
IP Families:              IPv4
IP:                       {ip}
IPs:                      {ip}
Port:                     <unset>  80/TCP
TargetPort:               8080/TCP
NodePort:                 <unset>  {port}/TCP
Endpoints:
Session Affinity:         None
External Traffic Policy:  Cluster
Internal Traffic Policy:  Cluster
Events:                   <none>`, until: { 28: { err: 'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice', out: `
Name:                     outer
Namespace:                {ns}
Labels:                   <none>
Annotations:              <none>
Selector:                 app=outer
Type:                     NodePort
IP Family Policy:         SingleStack
IP Families:              IPv4
IP:                       {ip}
IPs:                      {ip}
Port:                     <unset>  80/TCP
TargetPort:               8080/TCP
NodePort:                 <unset>  {port}/TCP
Endpoints:                <none>
Session Affinity:         None
External Traffic Policy:  Cluster
Events:                   <none>` } }, eventually: true },
      { run: 'describe service far', out: `
Name:              far
Namespace:         {ns}
Labels:            <none>
Annotations:       <none>
Selector:          <none>
Type:              ExternalName
IP Families:       <none>
IP:
IPs:               <none>
External Name:     example.com
Session Affinity:  None
Events:            <none>` },
    ] },
    { about: 'slices and endpoints', objects: [named('discovery.k8s.io/v1', 'EndpointSlice', 'mine', { addressType: 'IPv4', endpoints: [{ addresses: ['192.0.2.7'], conditions: { ready: true } }], ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }, { labels: { 'kubernetes.io/service-name': 'x' } })], cases: [
      { run: 'get endpointslices', out: `
NAME   ADDRESSTYPE   PORTS   ENDPOINTS   AGE
mine   IPv4          80      {ip}   {age}` },
      { run: 'describe endpointslice mine', out: `
Name:         mine
Namespace:    {ns}
Labels:       kubernetes.io/service-name=x
Annotations:  <none>
AddressType:  IPv4
Ports:
  Name  Port  Protocol
  ----  ----  --------
  http  80    TCP
Endpoints:
  - Addresses:  {ip}
    Conditions:
      Ready:   true
    Hostname:  <unset>
    NodeName:  <unset>
    Zone:      <unset>
Events:        <none>` },
      { run: 'get endpoints kubernetes -n default', out: `
NAME         ENDPOINTS          AGE
kubernetes   {ip}:{port}   {age}`, err: 'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice' },
    ] },
    { about: 'an ingress', objects: [named(NET, 'Ingress', 'front', { spec: { ingressClassName: 'nobody', tls: [{ hosts: ['a.example.com'], secretName: 'cert' }], rules: [{ host: 'a.example.com', http: { paths: [{ path: '/x', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } }] } })], cases: [
      { run: 'get ingress', out: `
NAME    CLASS    HOSTS           ADDRESS   PORTS     AGE
front   nobody   a.example.com             80, 443   {age}` },
      { run: 'get ing front -o wide', out: `
NAME    CLASS    HOSTS           ADDRESS   PORTS     AGE
front   nobody   a.example.com             80, 443   {age}` },
      { run: 'describe ingress front', out: `
Name:             front
Labels:           <none>
Namespace:        {ns}
Address:
Ingress Class:    nobody
Default backend:  <default>
TLS:
  cert terminates a.example.com
Rules:
  Host           Path  Backends
  ----           ----  --------
  a.example.com
                 /x   web:80 (<error: services "web" not found>)
Annotations:     <none>
Events:          <none>`, until: { 28: [['services', 'endpoints']] } },
    ] },
    { about: 'an ingress class', objects: [named(NET, 'IngressClass', 'class-{ns}', { spec: { controller: 'example.com/c' } })], cases: [
      { run: 'get ingressclass class-{ns}', out: `
NAME           CONTROLLER      PARAMETERS   AGE
class-{ns}   example.com/c   <none>       {age}` },
      { run: 'describe ingressclass class-{ns}', out: `
Name:         class-{ns}
Labels:       <none>
Annotations:  <none>
Controller:   example.com/c
Events:       <none>` },
    ] },
    { about: 'a network policy', objects: [named(NET, 'NetworkPolicy', 'deny', { spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: { matchLabels: { app: 'api' } } }], ports: [{ port: 80 }] }] } })], cases: [
      { run: 'get networkpolicies', out: `
NAME   POD-SELECTOR   AGE
deny   app=web        {age}` },
      { run: 'get netpol deny -o wide', out: `
NAME   POD-SELECTOR   AGE
deny   app=web        {age}` },
      { run: 'describe networkpolicy deny', out: `
Name:         deny
Namespace:    {ns}
Created on:   {any} +0000 UTC
Labels:       <none>
Annotations:  <none>
Spec:
  PodSelector:     app=web
  Allowing ingress traffic:
    To Port: 80/TCP
    From:
      PodSelector: app=api
  Not affecting egress traffic
  Policy Types: Ingress` },
    ] },
    { about: 'service ranges', cases: [
      { run: 'get servicecidr kubernetes', out: `
NAME         CIDRS          AGE
kubernetes   {ip}/16   {age}` },
    ] },
  ],
}
