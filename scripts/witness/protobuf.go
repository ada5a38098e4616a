// What client-go makes of every kind of the stable API groups, for electron/apiserver/codec/protobuf/client-go.test.ts.
//
// Each kind is filled by reflection in three ways: full (every field a value of its own), zero (every pointer, list and map is
// there and holds nothing but zeros) and empty. Written is what the protobuf serializer encodes, and what JSON prints of the object that it
// decodes from that. With the argument "read" it does the opposite: bytes on standard input, JSON on standard output.
//
// To record anew, with k8s.io/client-go and k8s.io/apiextensions-apiserver of the release that @kubernetes/client-node is of
// (Debian: golang-k8s-client-go-dev, golang-k8s-apiextensions-apiserver-dev; GO111MODULE=off GOPATH=/usr/share/gocode):
//
//	go run scripts/witness/protobuf.go | node scripts/witness/pack.mjs electron/apiserver/codec/protobuf/client-go.fixture.br
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes/scheme"
)

type filler struct {
	n    int64
	mode string
	seen map[reflect.Type]int
}

func (f *filler) next() int64 { f.n++; return f.n }

var moment = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

func (f *filler) special(v reflect.Value) bool {
	n := f.next()
	switch v.Interface().(type) {
	case metav1.Time:
		if f.mode == "full" {
			v.Set(reflect.ValueOf(metav1.Time{Time: moment.Add(time.Duration(n) * time.Second)}))
		}
	case metav1.MicroTime:
		if f.mode == "full" {
			v.Set(reflect.ValueOf(metav1.MicroTime{Time: moment.Add(time.Duration(n)*time.Second + 120345*time.Microsecond)}))
		}
	case resource.Quantity:
		texts := []string{"100m", "1Gi", "3", "1500Ki", "0.5", "12e6"}
		if f.mode == "full" {
			v.Set(reflect.ValueOf(resource.MustParse(texts[n%6])))
		}
	case intstr.IntOrString:
		if f.mode == "full" {
			if n%2 == 0 {
				v.Set(reflect.ValueOf(intstr.FromString(fmt.Sprintf("p%d", n))))
			} else {
				v.Set(reflect.ValueOf(intstr.FromInt32(int32(n))))
			}
		}
	case runtime.RawExtension:
		if f.mode == "full" {
			v.Set(reflect.ValueOf(runtime.RawExtension{Raw: []byte(fmt.Sprintf(`{"apiVersion":"example.com/v1","kind":"Raw","n":%d,"s":"ü"}`, n))}))
		}
	case metav1.FieldsV1:
		if f.mode == "full" {
			v.Set(reflect.ValueOf(*metav1.NewFieldsV1(fmt.Sprintf(`{"f:a%d":{}}`, n))))
		}
	case apiextensionsv1.JSON:
		if f.mode == "full" {
			raws := []string{`"x"`, `[1,"a",null]`, `{"a":{"b":true}}`, `3`, `true`}
			v.Set(reflect.ValueOf(apiextensionsv1.JSON{Raw: []byte(raws[n%5])}))
		} else {
			v.Set(reflect.ValueOf(apiextensionsv1.JSON{Raw: []byte(`0`)}))
		}
	case apiextensionsv1.JSONSchemaPropsOrArray:
		one := f.props()
		if n%2 == 0 {
			v.Set(reflect.ValueOf(apiextensionsv1.JSONSchemaPropsOrArray{Schema: &one}))
		} else {
			v.Set(reflect.ValueOf(apiextensionsv1.JSONSchemaPropsOrArray{JSONSchemas: []apiextensionsv1.JSONSchemaProps{one, f.props()}}))
		}
	case apiextensionsv1.JSONSchemaPropsOrBool:
		one := f.props()
		if n%2 == 0 {
			v.Set(reflect.ValueOf(apiextensionsv1.JSONSchemaPropsOrBool{Allows: n%4 == 0}))
		} else {
			v.Set(reflect.ValueOf(apiextensionsv1.JSONSchemaPropsOrBool{Schema: &one, Allows: true}))
		}
	case apiextensionsv1.JSONSchemaPropsOrStringArray:
		if n%2 == 0 {
			v.Set(reflect.ValueOf(apiextensionsv1.JSONSchemaPropsOrStringArray{Property: []string{"a", "b"}}))
		} else {
			one := f.props()
			v.Set(reflect.ValueOf(apiextensionsv1.JSONSchemaPropsOrStringArray{Schema: &one}))
		}
	default:
		return false
	}
	return true
}

func (f *filler) props() apiextensionsv1.JSONSchemaProps {
	n := f.next()
	props := apiextensionsv1.JSONSchemaProps{MaxLength: &n}
	v := reflect.ValueOf(&props).Elem()
	for i := 0; i < v.NumField(); i++ {
		if k := v.Field(i).Kind(); k == reflect.String || k == reflect.Bool {
			f.fill(v.Field(i), v.Type().Field(i).Name)
		}
	}
	return props
}

// fill sets a value; name is that of the field in JSON.
func (f *filler) fill(v reflect.Value, name string) {
	if f.special(v) {
		return
	}
	t := v.Type()
	n := f.next()
	switch v.Kind() {
	case reflect.Struct:
		if t == reflect.TypeOf(metav1.TypeMeta{}) {
			return
		}
		if t == reflect.TypeOf(apiextensionsv1.JSONSchemaProps{}) && f.seen[t] >= 1 {
			v.Set(reflect.ValueOf(f.props()))
			return
		}
		if f.seen[t] >= 2 {
			return
		}
		f.seen[t]++
		for i := 0; i < v.NumField(); i++ {
			if !t.Field(i).IsExported() || t.Field(i).Tag.Get("json") == "-" {
				continue
			}
			f.fill(v.Field(i), strings.Split(t.Field(i).Tag.Get("json"), ",")[0])
		}
		f.seen[t]--
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		f.fill(v.Elem(), name)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			if f.mode == "full" {
				v.SetBytes([]byte(fmt.Sprintf("bytes %d \x00\xff", n)))
			}
			return
		}
		count := 2
		if f.mode != "full" {
			count = 1
		}
		if t.Elem().Kind() == reflect.Struct {
			count = 1
		}
		if f.seen[t.Elem()] >= 2 {
			return
		}
		v.Set(reflect.MakeSlice(t, count, count))
		for i := 0; i < count; i++ {
			f.fill(v.Index(i), name)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		keys := []string{"a.example.com/ü", "b"}
		if f.mode != "full" {
			keys = keys[1:]
		}
		for _, k := range keys {
			value := reflect.New(t.Elem()).Elem()
			f.fill(value, name)
			v.SetMapIndex(reflect.ValueOf(k).Convert(t.Key()), value)
		}
	case reflect.String:
		if f.mode == "full" {
			v.SetString(fmt.Sprintf("%s é %d", name, n))
		}
	case reflect.Bool:
		v.SetBool(f.mode == "full")
	case reflect.Int32:
		if f.mode == "full" {
			sign := int64(1)
			if n%5 == 0 {
				sign = -1
			}
			v.SetInt(sign * (n%2*2147480000 + n%2999 + 1))
		}
	case reflect.Int64:
		if f.mode == "full" {
			sign := int64(1)
			if n%5 == 0 {
				sign = -1
			}
			v.SetInt(sign * (n%2*9007199254740993*100 + n))
		}
	case reflect.Float64:
		if f.mode == "full" {
			v.SetFloat(float64(n) + 0.25)
		}
	case reflect.Interface:
		// runtime.Object within RawExtension only.
	default:
		panic(fmt.Sprintf("no value for a %s at %s", t, name))
	}
}

type record struct {
	Mode  string `json:"mode"`
	Bytes string `json:"bytes"`
	// As text: its numbers are of 64 bits.
	JSON string `json:"json"`
}

func main() {
	s := scheme.Scheme
	must(apiextensionsv1.AddToScheme(s))
	metav1.AddMetaToScheme(s)
	pb := protobuf.NewSerializer(s, s)
	if len(os.Args) > 1 && os.Args[1] == "read" {
		read(pb)
		return
	}
	out := map[string][]record{}
	names := []schema.GroupVersionKind{}
	for gvk := range s.AllKnownTypes() {
		names = append(names, gvk)
	}
	sort.Slice(names, func(i, j int) bool { return names[i].String() < names[j].String() })
	optioned := map[string]bool{"CreateOptions": true, "DeleteOptions": true, "GetOptions": true, "ListOptions": true, "PatchOptions": true, "UpdateOptions": true, "WatchEvent": true, "APIGroup": true, "APIGroupList": true, "APIResourceList": true, "APIVersions": true, "Status": true}
	for _, gvk := range names {
		if strings.Contains(gvk.Version, "alpha") || strings.Contains(gvk.Version, "beta") || gvk.Version == "__internal" {
			continue
		}
		if optioned[gvk.Kind] && !(gvk.Group == "" && gvk.Version == "v1") {
			continue
		}
		if strings.HasSuffix(gvk.Kind, "Options") && gvk.Kind != "DeleteOptions" && gvk.Kind != "CreateOptions" && gvk.Kind != "PatchOptions" && gvk.Kind != "UpdateOptions" || gvk.Kind == "WatchEvent" {
			continue
		}
		// Lists are their items; what is not of the API that this server serves from its store stays out.
		if strings.HasSuffix(gvk.Kind, "List") && gvk.Kind != "PodList" && gvk.Kind != "APIGroupList" && gvk.Kind != "APIResourceList" && gvk.Kind != "List" || gvk.Kind == "ConversionReview" || gvk.Kind == "Table" {
			continue
		}
		key := gvk.GroupVersion().String() + " " + gvk.Kind
		for _, mode := range []string{"full", "zero", "empty"} {
			object, err := s.New(gvk)
			must(err)
			f := &filler{mode: mode, seen: map[reflect.Type]int{}}
			if mode != "empty" {
				f.fill(reflect.ValueOf(object).Elem(), "")
			}
			object.GetObjectKind().SetGroupVersionKind(gvk)
			bytes, err := runtime.Encode(pb, object)
			if err != nil {
				fmt.Fprintln(os.Stderr, key, mode, err)
				continue
			}
			back, _, err := pb.Decode(bytes, nil, nil)
			must(err)
			text, err := json.Marshal(back)
			must(err)
			out[key] = append(out[key], record{mode, base64.StdEncoding.EncodeToString(bytes), string(text)})
		}
	}
	must(json.NewEncoder(os.Stdout).Encode(out))
}

// read: {"key": base64} on standard input; what Go reads in each, as JSON.
func read(pb *protobuf.Serializer) {
	in := map[string]string{}
	must(json.NewDecoder(os.Stdin).Decode(&in))
	out := map[string]json.RawMessage{}
	for key, text := range in {
		bytes, err := base64.StdEncoding.DecodeString(text)
		must(err)
		object, _, err := pb.Decode(bytes, nil, nil)
		if err != nil {
			out[key], _ = json.Marshal("ERROR " + err.Error())
			continue
		}
		out[key], err = json.Marshal(object)
		must(err)
	}
	must(json.NewEncoder(os.Stdout).Encode(out))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
