package provider

import (
	"encoding/json"
	"maps"
	"math/big"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Helpers that turn the blocks of a configuration into what Terraform sends of them, and answers
// into values.

// block is a block of a configuration. Its values are those of package encoding/json.
type block struct {
	kind, typeName, name string
	values               map[string]any
}

// parseBlocks parses a configuration of which every value is a constant.
func parseBlocks(tb testing.TB, config string) []block {
	tb.Helper()
	file, problems := hclsyntax.ParseConfig([]byte(config), "test.tf", hcl.InitialPos)
	if problems.HasErrors() {
		tb.Fatalf("%v in\n%s", problems, config)
	}
	var blocks []block
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		parsed := block{kind: b.Type, typeName: b.Labels[0], values: bodyValues(tb, b.Body)}
		if len(b.Labels) > 1 {
			parsed.name = b.Labels[1]
		}
		blocks = append(blocks, parsed)
	}
	return blocks
}

// bodyValues returns the arguments of a body by name, and its nested blocks as lists.
func bodyValues(tb testing.TB, body *hclsyntax.Body) map[string]any {
	tb.Helper()
	values := map[string]any{}
	for name, attribute := range body.Attributes {
		value, problems := attribute.Expr.Value(nil)
		if problems.HasErrors() {
			tb.Fatal(problems)
		}
		data, err := ctyjson.SimpleJSONValue{Value: value}.MarshalJSON()
		if err != nil {
			tb.Fatal(err)
		}
		var plain any
		if err := json.Unmarshal(data, &plain); err != nil {
			tb.Fatal(err)
		}
		values[name] = plain
	}
	for _, nested := range body.Blocks {
		list, _ := values[nested.Type].([]any)
		values[nested.Type] = append(list, any(bodyValues(tb, nested.Body)))
	}
	return values
}

// encode encodes the block by its schema, as Terraform does.
func (b *block) encode(tb testing.TB, schema *tfprotov6.Schema) *tfprotov6.DynamicValue {
	tb.Helper()
	if schema == nil {
		tb.Fatalf("the provider has no %s %s", b.kind, b.typeName)
	}
	types := schema.ValueType().(tftypes.Object).AttributeTypes
	values := map[string]tftypes.Value{}
	for name, value := range b.values {
		if types[name] == nil {
			tb.Fatalf("%s %s has no %s", b.kind, b.typeName, name)
		}
		values[name] = valueOf(types[name], value)
	}
	return encodeBlock(tb, schema, values)
}

// valueOf returns a value of package encoding/json as one of this type.
func valueOf(typ tftypes.Type, value any) tftypes.Value {
	element := func() tftypes.Type {
		switch collection := typ.(type) {
		case tftypes.List:
			return collection.ElementType
		case tftypes.Set:
			return collection.ElementType
		default:
			return nil
		}
	}
	switch value := value.(type) {
	case []any:
		list := make([]tftypes.Value, len(value))
		for i := range value {
			list[i] = valueOf(element(), value[i])
		}
		return tftypes.NewValue(typ, list)
	case map[string]any:
		fields := map[string]tftypes.Value{}
		if object, ok := typ.(tftypes.Object); ok {
			for name, field := range object.AttributeTypes {
				fields[name] = valueOf(field, value[name])
			}
		} else {
			for name := range value {
				fields[name] = valueOf(typ.(tftypes.Map).ElementType, value[name])
			}
		}
		return tftypes.NewValue(typ, fields)
	default:
		return tftypes.NewValue(typ, value)
	}
}

// encodeBlock encodes a block with these values, and all others absent.
func encodeBlock(tb testing.TB, schema *tfprotov6.Schema, values map[string]tftypes.Value) *tfprotov6.DynamicValue {
	tb.Helper()
	object := schema.ValueType().(tftypes.Object)
	all := make(map[string]tftypes.Value, len(object.AttributeTypes))
	for name, attributeType := range object.AttributeTypes {
		all[name] = tftypes.NewValue(attributeType, nil)
	}
	for _, block := range schema.Block.BlockTypes {
		all[block.TypeName] = tftypes.NewValue(object.AttributeTypes[block.TypeName], []tftypes.Value{})
	}
	maps.Copy(all, values)
	encoded, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, all))
	if err != nil {
		tb.Fatal(err)
	}
	return &encoded
}

// decodeBlock decodes an answer by the schema, as Terraform does.
func decodeBlock(tb testing.TB, schema *tfprotov6.Schema, answer *tfprotov6.DynamicValue) map[string]tftypes.Value {
	tb.Helper()
	value, err := answer.Unmarshal(schema.ValueType())
	if err != nil {
		tb.Fatal(err)
	}
	var values map[string]tftypes.Value
	if err := value.As(&values); err != nil {
		tb.Fatal(err)
	}
	return values
}

// plainValues returns values as terraform show -json has them.
func plainValues(tb testing.TB, values map[string]tftypes.Value) map[string]any {
	tb.Helper()
	plain := make(map[string]any, len(values))
	for name, value := range values {
		plain[name] = plainValue(tb, value)
	}
	return plain
}

func plainValue(tb testing.TB, value tftypes.Value) any {
	tb.Helper()
	as := func(target any) {
		if err := value.As(target); err != nil {
			tb.Fatal(err)
		}
	}
	switch typ := value.Type(); {
	case !value.IsKnown():
		tb.Fatalf("the answer has an unknown value of type %s", typ)
		return nil
	case value.IsNull():
		return nil
	case typ.Is(tftypes.String):
		var text string
		as(&text)
		return text
	case typ.Is(tftypes.Bool):
		var flag bool
		as(&flag)
		return flag
	case typ.Is(tftypes.Number):
		var number big.Float
		as(&number)
		return json.Number(number.Text('f', -1))
	case typ.Is(tftypes.List{}) || typ.Is(tftypes.Set{}):
		var elements []tftypes.Value
		as(&elements)
		list := make([]any, len(elements))
		for i := range elements {
			list[i] = plainValue(tb, elements[i])
		}
		return list
	default:
		var fields map[string]tftypes.Value
		as(&fields)
		return plainValues(tb, fields)
	}
}
