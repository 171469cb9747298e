package provider

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/vmihailenco/msgpack/v5"
)

// TestServerPassesThrough holds that the server answers only two calls itself.
func TestServerPassesThrough(t *testing.T) {
	t.Parallel()
	own := map[string]bool{"ReadDataSource": true, "OpenEphemeralResource": true}
	outer, inner := reflect.TypeFor[*server](), reflect.TypeFor[frameworkServer]()
	if outer.NumMethod() != inner.NumMethod() {
		t.Errorf("the server has %d methods, the framework's %d", outer.NumMethod(), inner.NumMethod())
	}
	for method := range outer.Methods() {
		if _, known := inner.MethodByName(method.Name); !known {
			t.Errorf("%s is not of the protocol", method.Name)
		}
		if own[method.Name] {
			continue
		}
		// A promoted method panics on a server without a framework; one of our
		// own would get further than that, or answer.
		t.Run(method.Name, func(t *testing.T) {
			t.Parallel()
			arguments := []reflect.Value{reflect.ValueOf(&server{}), reflect.ValueOf(t.Context())}
			for n := 2; n < method.Type.NumIn(); n++ {
				arguments = append(arguments, reflect.New(method.Type.In(n)).Elem())
			}
			defer func() {
				if recover() == nil {
					t.Errorf("%s does not go straight to the framework", method.Name)
				}
			}()
			method.Func.Call(arguments)
		})
	}
}

func TestSplice(t *testing.T) {
	t.Parallel()
	encode := func(value any) []byte {
		data, err := msgpack.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	// object encodes pairs of a name and an encoded value.
	object := func(pairs ...any) []byte {
		data := []byte{0x80 | byte(len(pairs)/2)}
		for i := 0; i < len(pairs); i += 2 {
			data = append(data, encode(pairs[i])...)
			data = append(data, pairs[i+1].([]byte)...)
		}
		return data
	}
	null, unknown, jobs := encode(nil), []byte{0xd4, 0, 0}, encode([]string{"x", "y"})
	nested := encode(map[string]any{"jobs": nil})
	for _, test := range []struct {
		name         string
		object, want []byte
	}{
		{"alone", object("jobs", null), object("jobs", jobs)},
		{"first", object("jobs", null, "a", null), object("jobs", jobs, "a", null)},
		{"last, behind values of every kind", object("a", null, "b", unknown, "c", nested, "d", encode([]string{"jobs"}), "e", encode(7.5), "jobs", null),
			object("a", null, "b", unknown, "c", nested, "d", encode([]string{"jobs"}), "e", encode(7.5), "jobs", jobs)},
		{"a value that is there", object("jobs", jobs), nil},
		{"unknown", object("jobs", unknown), nil},
		{"no such attribute", object("job", null), nil},
		{"no object", encode([]string{"jobs"}), nil},
		{"half an object", object("a", null, "jobs", null)[:6], nil},
		{"nothing", nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := splice(test.object, "jobs", jobs)
			if (err != nil) != (test.want == nil) {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestDeliveryLeavesFailuresAlone holds that an answer with an error stays as the
// framework gave it.
func TestDeliveryLeavesFailuresAlone(t *testing.T) {
	t.Parallel()
	object, err := msgpack.Marshal(map[string]any{"jobs": nil})
	if err != nil {
		t.Fatal(err)
	}
	answer := &tfprotov6.DynamicValue{MsgPack: object}
	failed := []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError}}
	warned := []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityWarning}}
	d := &delivery{attribute: "jobs", value: []byte{0x90}}

	if got, _ := d.into(answer, failed); got != answer {
		t.Error("a failed answer was touched")
	}
	if got, _ := (&delivery{}).into(answer, nil); got != answer {
		t.Error("an answer without a delivery was touched")
	}
	if got, diagnostics := d.into(answer, warned); got == answer || len(diagnostics) != 1 {
		t.Error("an answer with a warning was not completed")
	}
	if _, diagnostics := d.into(&tfprotov6.DynamicValue{MsgPack: []byte{0x80}}, nil); len(diagnostics) != 1 {
		t.Error("an answer that cannot be completed is no error")
	}
}

func TestDeliverNeedsTheServer(t *testing.T) {
	t.Parallel()
	diags := &diag.Diagnostics{}
	deliver(t.Context(), "jobs", []byte{0x90}, diags)
	if !diags.HasError() {
		t.Error("no error")
	}
}
