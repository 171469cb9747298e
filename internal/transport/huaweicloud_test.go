package transport

import "testing"

func TestGatewayCode(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		code, number string
		ok           bool
	}{
		{"APIGW.0301", "0301", true},
		{"APIG.0308", "0308", true},
		{"MSS.00010008", "", false},
		{"IAM.0001", "", false},
		{"APIGWX.0301", "", false},
		{"APIGW", "", false},
		{"401", "", false},
		{"", "", false},
	} {
		t.Run(test.code, func(t *testing.T) {
			t.Parallel()
			if number, ok := GatewayCode(test.code); number != test.number || ok != test.ok {
				t.Errorf("%q, %t; want %q, %t", number, ok, test.number, test.ok)
			}
		})
	}
}
