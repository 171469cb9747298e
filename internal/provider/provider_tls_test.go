package provider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// authority is a certificate authority that a test makes.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	// pem is its certificate.
	pem string
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{key: newKey(t)}
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.certificate = sign(t, template, template, a.key, a.key)
	a.pem = encodePEM("CERTIFICATE", a.certificate.Raw)
	return a
}

// issue returns a certificate for a server of these names on this machine, or for a client, and its
// key.
func (a *authority) issue(t *testing.T, names ...string) (certificate, key string) {
	t.Helper()
	own := newKey(t)
	issued := sign(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: "of " + a.certificate.Subject.CommonName}, DNSNames: names, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, a.certificate, own, a.key)
	encoded, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		t.Fatal(err)
	}
	return encodePEM("CERTIFICATE", issued.Raw), encodePEM("PRIVATE KEY", encoded)
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t *testing.T, template, parent *x509.Certificate, own, signer *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber, template.NotBefore, template.NotAfter = serial, time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, own.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func encodePEM(kind string, data []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}))
}

// serveTLS serves with a certificate of the authority for these names. Clients show one of theirs,
// unless clients is nil.
func (a *authority) serveTLS(t *testing.T, handler http.Handler, clients *authority, names ...string) *httptest.Server {
	t.Helper()
	certificate, key := a.issue(t, names...)
	pair, err := tls.X509KeyPair([]byte(certificate), []byte(key))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	if clients != nil {
		server.TLS.ClientAuth, server.TLS.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		server.TLS.ClientCAs.AddCert(clients.certificate)
	}
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // some handshakes are to fail
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// TestPrivateAuthorities reads through a proxy, from services, whose certificates are of two
// private authorities, and which take only clients with a certificate of a third.
func TestPrivateAuthorities(t *testing.T) {
	t.Parallel()
	services, proxies, clients := newAuthority(t, "services"), newAuthority(t, "proxies"), newAuthority(t, "clients")
	certificate, key := clients.issue(t)
	stranger, strangersKey := newAuthority(t, "strangers").issue(t)
	both := services.pem + proxies.pem
	files := texts{
		"/etc/authorities.pem": both, "/home/user/client.pem": certificate, "/home/user/client.key": key,
	}
	for _, test := range []struct {
		name  string
		block texts
		want  string // what the error holds; "" is none
	}{
		{"contents", texts{"cacert_file": both, "cert": certificate, "key": key}, ""},
		{"paths", texts{"cacert_file": "/etc/authorities.pem", "cert": "~/client.pem", "key": "~/client.key"}, ""},
		{"no authority", texts{"cert": certificate, "key": key}, "certificate signed by unknown authority"},
		{"not the proxy's authority", texts{"cacert_file": services.pem, "cert": certificate, "key": key}, "certificate signed by unknown authority"},
		{"not the services' authority", texts{"cacert_file": proxies.pem, "cert": certificate, "key": key}, "certificate signed by unknown authority"},
		{"no client certificate", texts{"cacert_file": both}, "certificate required"},
		{"another client's certificate", texts{"cacert_file": both, "cert": stranger, "key": strangersKey}, "certificate required"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cloud := startEmulator(t, emulator.WithJobCount(1))
			backend := services.serveTLS(t, cloud, clients, "*.cn-north-4.myhuaweicloud.com")
			var (
				mutex sync.Mutex
				asked []string
			)
			proxy := proxies.serveTLS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mutex.Lock()
				asked = append(asked, strings.TrimSuffix(r.Host, ".cn-north-4.myhuaweicloud.com:443"))
				mutex.Unlock()
				if err := tunnel(r.Context(), w, backend.Listener.Addr().String()); err != nil {
					t.Error(err)
				}
			}), clients)

			block := texts{"region": emulator.Region, "access_key": emulator.AccessKey, "secret_key": emulator.SecretKey}
			maps.Copy(block, test.block)
			model := block.model()
			model.MaxRetries = wholeValue(0)
			model.AssumeRole = assumeRoles(emulator.AgencyName, "", emulator.AgencyDomainID) // by STS
			settings, diags := resolve(providerOn(nil, files).host, model)
			if len(diags) > 0 {
				t.Fatal(diags)
			}
			data := newProviderData(settings, "test")
			base, ok := data.network.Base.(*http.Transport)
			if !ok {
				t.Fatalf("the connections are a %T", data.network.Base)
			}
			base.DisableKeepAlives = true
			base.Proxy = http.ProxyURL(&url.URL{Scheme: "https", Host: proxy.Listener.Addr().String()})

			scope, err := data.scope(t.Context(), "", "")
			if err == nil {
				_, err = scope.Client.ListJobs(t.Context(), &client.ListJobsOptions{})
			}
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("the error is %v, want %q", err, test.want)
			case test.want == "":
				slices.Sort(asked)
				if got := slices.Compact(asked); !slices.Equal(got, []string{"iam", "metastudio", "sts"}) {
					t.Errorf("the proxy was asked for %q", got)
				}
			}
		})
	}
}

func TestResolveCertificates(t *testing.T) {
	t.Parallel()
	one := newAuthority(t, "one")
	certificate, key := one.issue(t)
	_, other := one.issue(t)
	added, err := x509.SystemCertPool()
	if err != nil {
		t.Fatal(err)
	}
	added.AddCert(one.certificate)
	files := texts{"/etc/empty.pem": "", "~": ""}
	for _, test := range []struct {
		name  string
		block texts
		want  string // what the only problem begins with; "" is none
	}{
		{"all", texts{"cacert_file": one.pem, "cert": certificate, "key": key}, ""},
		{"empty counts as unset", texts{"cacert_file": "", "cert": "", "key": ""}, ""},
		{"authority that is no certificate", texts{"cacert_file": "-----BEGIN CERTIFICATE-----\nx"}, "cacert_file: Invalid certificate authority: cacert_file holds no certificate in PEM form"},
		{"authority in an empty file", texts{"cacert_file": "/etc/empty.pem"}, "cacert_file: Invalid certificate authority:"},
		{"authority in no file", texts{"cacert_file": "/etc/none.pem"}, "cacert_file: Unable to read cacert_file: cacert_file is neither a text in PEM form, which begins with -----BEGIN, nor the path of a file that can be read: file does not exist."},
		{"certificate without a key", texts{"cert": certificate}, "Incomplete client certificate: cert is set, but not key that belongs to it."},
		{"key without a certificate", texts{"key": key}, "cert: Incomplete client certificate: key is set, but not cert that belongs to it."},
		{"key of another certificate", texts{"cert": certificate, "key": other}, "cert: Invalid client certificate: cert and key do not make a client certificate: tls: private key does not match public key."},
		{"key in an unknown home directory", texts{"cert": certificate, "key": "~/key.pem"}, "Unable to read key: The home directory is not known:"},
		{"key in no file", texts{"cert": certificate, "key": "/etc/none.pem"}, "Unable to read key: key is neither"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.block["region"] = "cn-north-4"
			settings, diags := resolve(providerOn(nil, files).host, test.block.model())
			got := strings.Join(problemLines(diags), "\n")
			if len(diags) > 1 || (test.want == "") != (len(diags) == 0) || !strings.HasPrefix(got, test.want) {
				t.Errorf("the problems are\n%s\nwant\n%s", got, test.want)
			}
			if test.name == "all" && (!settings.authorities.Equal(added) || len(settings.certificates) != 1) {
				t.Error("the authorities are not the system's and the configured one, or there is no client certificate")
			}
			if test.name == "empty counts as unset" && (settings.authorities != nil || settings.certificates != nil) {
				t.Error("there are authorities, or a client certificate")
			}
		})
	}
}

// TestWarnOfWriters reads keys from files that others may change.
func TestWarnOfWriters(t *testing.T) {
	t.Parallel()
	one := newAuthority(t, "one")
	certificate, key := one.issue(t)
	files := map[string]string{"/etc/koocli.json": koocliFile, "/etc/key.pem": key, "/etc/cert.pem": certificate}
	m := providerOn(nil, nil)
	m.host.readFile = func(name string) (hostFile, error) {
		return hostFile{data: []byte(files[name]), othersMayWrite: true}, nil
	}
	for _, test := range []struct {
		name  string
		block texts
		want  string
	}{
		{"profile", texts{"shared_config_file": "/etc/koocli.json"}, "shared_config_file: Key file that others may change: Users other than the owner of /etc/koocli.json can write to it … chmod go-w /etc/koocli.json"},
		{"key", texts{"cert": "/etc/cert.pem", "key": "/etc/key.pem"}, "Key file that others may change: Users other than the owner of /etc/key.pem can write to it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, diags := resolve(m.host, test.block.model())
			begins, holds, _ := strings.Cut(test.want, " … ")
			got := problemLines(diags)
			if len(got) != 1 || diags.WarningsCount() != 1 || !strings.HasPrefix(got[0], begins) || !strings.Contains(got[0], holds) {
				t.Errorf("the problems are %q", got)
			}
		})
	}
}
