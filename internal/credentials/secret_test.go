package credentials

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

func TestSecretsPrintRedacted(t *testing.T) {
	t.Parallel()
	const value = "zq-the-secret-itself-zq"
	secret := NewSecret(value)
	config := Config{
		AccessKey: "AK", SecretKey: secret, SecurityToken: secret, Token: secret, Password: secret,
		OIDC: &OIDC{IDToken: secret},
	}
	holders := map[string]any{
		"a secret": secret, "a pointer": &secret, "a slice": []Secret{secret}, "a map": map[Secret]Secret{secret: secret}, "an unexported field": struct{ s Secret }{secret},
		"a configuration": config, "a pointer to one": &config, "a way by id token": *config.OIDC,
		"a profile":    Profile{SecretKey: secret, SecurityToken: secret},
		"a credential": credential{secretKey: secret, securityToken: secret, token: secret},
		"a provider":   staticProvider{credential{secretKey: secret}},
		"a session":    New(config, transport.Config{}),
		"an error":     &Error{Op: "signing in", Err: fmt.Errorf("with %v", secret)},
	}
	for name, holder := range holders {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%10.3s"} {
				absent(t, verb, fmt.Sprintf(verb, holder), value)
			}
			var logged strings.Builder
			options := &slog.HandlerOptions{Level: slog.LevelDebug}
			slog.New(slog.NewTextHandler(&logged, options)).Debug("x", "holder", holder)
			slog.New(slog.NewJSONHandler(&logged, options)).Debug("x", "holder", holder)
			absent(t, "slog", logged.String(), value)

			data, err := json.Marshal(holder)
			if _, unsupported := errors.AsType[*json.UnsupportedTypeError](err); err != nil && !unsupported {
				t.Error(err)
			}
			absent(t, "JSON", string(data), value)
		})
	}
	if got := secret.Reveal(); got != value {
		t.Errorf("revealed %q", got)
	}
	if got := fmt.Sprint(NewSecret("")); got != "" {
		t.Errorf("no secret prints as %q", got)
	}
}

func absent(t *testing.T, how, printed, value string) {
	t.Helper()
	for _, form := range []string{value, fmt.Sprintf("%x", value), fmt.Sprintf("%X", value)} {
		if strings.Contains(printed, form) {
			t.Errorf("%s prints the secret: %s", how, printed)
		}
	}
}
