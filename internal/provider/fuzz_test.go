package provider

import (
	"bytes"
	"testing"

	"github.com/vmihailenco/msgpack/v5"
)

// FuzzSplice puts a value into answers of every kind, whole and broken. It takes the place of one
// null and changes nothing else.
func FuzzSplice(f *testing.F) {
	for _, seed := range []map[string]any{
		{"jobs": nil},
		{"region": "cn-north-4", "jobs": nil, "total_count": 3},
		{"a": []any{nil, "jobs"}, "jobs": nil, "z": map[string]any{"jobs": nil}},
		{"jobs": "no null"},
		{},
	} {
		object, err := msgpack.Marshal(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(object)
		f.Add(object[:len(object)/2])
	}
	value := []byte{0x91, 0x01} // a list of one number
	f.Fuzz(func(t *testing.T, object []byte) {
		before := bytes.Clone(object)
		spliced, err := splice(object, "jobs", value)
		if !bytes.Equal(object, before) {
			t.Error("the answer that came in has changed")
		}
		if err != nil {
			return
		}
		for at := range object {
			if object[at] != msgpackNil || !bytes.Equal(spliced, append(append(bytes.Clone(object[:at]), value...), object[at+1:]...)) {
				continue
			}
			return
		}
		t.Errorf("%x became %x, which is not the same with a value in place of a null", object, spliced)
	})
}
