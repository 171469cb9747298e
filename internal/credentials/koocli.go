package credentials

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Profile is what a profile of KooCLI (Huawei Cloud's command line) says.
type Profile struct {
	// Name is the profile's own name.
	Name string
	// AccessKey, SecretKey and SecurityToken are its key; the last one only for a
	// temporary one, as after an SSO login.
	AccessKey                string
	SecretKey, SecurityToken Secret
	// Region, ProjectID and DomainID are its defaults, each may be "".
	Region, ProjectID, DomainID string
	// Agency is what it assumes on top of its key, nil for nothing.
	Agency *AssumeRole
}

// koocliProfile is a profile as KooCLI writes it.
// Source: the KooCLI user guide, "Managing Profiles", and the official provider.
type koocliProfile struct {
	Name             string    `json:"name"`
	Mode             string    `json:"mode"`
	koocliKey                  // of the mode AKSK
	Region           string    `json:"region"`
	ProjectID        string    `json:"projectId"`
	DomainID         string    `json:"domainId"`
	AgencyName       string    `json:"agencyName"`
	AgencyDomainID   string    `json:"agencyDomainId"`
	AgencyDomainName string    `json:"agencyDomainName"`
	SourceProfile    string    `json:"sourceProfile"`
	SSOAuth          koocliSSO `json:"ssoAuth"`
}

type koocliKey struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey Secret `json:"secretAccessKey"`
	SecurityToken   Secret `json:"securityToken"`
}

type koocliSSO struct {
	STSToken koocliKey `json:"stsToken"`
}

// plainAccessKey is how an access key looks, and an encrypted one does not.
var plainAccessKey = regexp.MustCompile(`^[0-9A-Z]{16,40}$`)

// ParseProfile finds a profile in the text of KooCLI's configuration file; name
// "" is the file's current profile. An error never quotes the text, which holds
// keys.
func ParseProfile(text []byte, name string) (Profile, error) {
	var file struct {
		Current  string          `json:"current"`
		Profiles []koocliProfile `json:"profiles"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return Profile{}, errors.New("the file is not KooCLI's JSON")
	}
	if name == "" {
		name = file.Current
	}
	if name == "" {
		return Profile{}, errors.New("the file names no current profile; name one by profile or HW_PROFILE")
	}

	names := make([]string, 0, len(file.Profiles))
	for i := range file.Profiles {
		if file.Profiles[i].Name != name {
			names = append(names, file.Profiles[i].Name)
			continue
		}
		return file.Profiles[i].resolve(file.Profiles)
	}
	if len(names) == 0 {
		return Profile{}, fmt.Errorf("the file has no profile %q, nor any other", name)
	}
	return Profile{}, fmt.Errorf("the file has no profile %q; it has %s", name, strings.Join(names, ", "))
}

// resolve turns what KooCLI wrote into a profile. The key of one that assumes an
// agency may be kept in another one.
func (p *koocliProfile) resolve(all []koocliProfile) (Profile, error) {
	keeper := p
	if p.SourceProfile != "" && p.AccessKeyID == "" {
		for i := range all {
			if all[i].Name == p.SourceProfile {
				keeper = &all[i]
			}
		}
		if keeper == p {
			return Profile{}, fmt.Errorf("the profile %q takes its key from the profile %q, which the file does not have", p.Name, p.SourceProfile)
		}
	}
	key, err := keeper.key()
	if err != nil {
		return Profile{}, err
	}
	profile := Profile{
		Name:      p.Name,
		AccessKey: key.AccessKeyID, SecretKey: key.SecretAccessKey, SecurityToken: key.SecurityToken,
		Region: p.Region, ProjectID: p.ProjectID, DomainID: p.DomainID,
	}
	if p.AgencyName != "" {
		profile.Agency = &AssumeRole{AgencyName: p.AgencyName, DomainName: p.AgencyDomainName, DomainID: p.AgencyDomainID}
	}
	return profile, nil
}

// key returns the profile's key, wherever its mode keeps it.
func (p *koocliProfile) key() (koocliKey, error) {
	key := p.koocliKey
	switch strings.ToUpper(p.Mode) {
	case "AKSK", "":
	case "SSO":
		key = p.SSOAuth.STSToken
	default:
		return koocliKey{}, fmt.Errorf("the profile %q has the mode %s, of which nothing can be used here; AKSK and SSO can", p.Name, p.Mode)
	}
	switch {
	case key.AccessKeyID == "" || key.SecretAccessKey.IsZero():
		return koocliKey{}, fmt.Errorf("the profile %q holds no access key; run `hcloud configure set` or, for SSO, `hcloud configure sso`", p.Name)
	case !plainAccessKey.MatchString(key.AccessKeyID):
		return koocliKey{}, fmt.Errorf("the keys of the profile %q are encrypted, so only KooCLI can read them; "+
			"run `hcloud configure set --cli-auth-encrypt=false`, which stores them in the clear from then on", p.Name)
	}
	return key, nil
}
