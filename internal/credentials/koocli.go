package credentials

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Profile is a profile of KooCLI, the command line of Huawei Cloud.
type Profile struct {
	// Name is the profile's own name.
	Name string
	// AccessKey, SecretKey and SecurityToken are its access key; SecurityToken belongs to a
	// temporary one, as after an SSO login.
	AccessKey                string
	SecretKey, SecurityToken Secret
	// Region, ProjectID and DomainID are its defaults, each may be "".
	Region, ProjectID, DomainID string
	// Agency is what it assumes on top of its key, nil for nothing.
	Agency *AssumeRole
}

// ProfileProblem is why a file of KooCLI has no profile that can be used.
type ProfileProblem int

const (
	// NotKooCLI is a file that is not KooCLI's JSON.
	NotKooCLI ProfileProblem = iota
	// NoCurrentProfile is a file that names no current profile, when none was asked for.
	NoCurrentProfile
	// NoSuchProfile is a profile that the file does not have.
	NoSuchProfile
	// NoSourceProfile is a profile that takes its key from one that the file does not have.
	NoSourceProfile
	// UnsupportedMode is a profile of another mode than AKSK and SSO.
	UnsupportedMode
	// ProfileWithoutKey is a profile without an access key.
	ProfileWithoutKey
	// EncryptedKey is a profile whose access key is encrypted, so that only KooCLI can read it.
	EncryptedKey
)

// ProfileError is a profile that cannot be used. It never quotes the file, which holds keys.
type ProfileError struct {
	// Problem is why.
	Problem ProfileProblem

	description string
}

// Error implements error.
func (e *ProfileError) Error() string { return e.description }

func profileError(problem ProfileProblem, format string, args ...any) error {
	return &ProfileError{Problem: problem, description: fmt.Sprintf(format, args...)}
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

// plainAccessKey matches an access key that is not encrypted.
var plainAccessKey = regexp.MustCompile(`^[0-9A-Z]{16,40}$`)

// ParseProfile returns a profile of KooCLI's configuration file; name "" is the file's current
// profile. Every error is a *ProfileError.
func ParseProfile(data []byte, name string) (Profile, error) {
	var file struct {
		Current  string          `json:"current"`
		Profiles []koocliProfile `json:"profiles"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return Profile{}, profileError(NotKooCLI, "the file is not KooCLI's JSON")
	}
	if name == "" {
		name = file.Current
	}
	if name == "" {
		return Profile{}, profileError(NoCurrentProfile, "the file names no current profile")
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
		return Profile{}, profileError(NoSuchProfile, "the file has no profile %q, nor any other", name)
	}
	return Profile{}, profileError(NoSuchProfile, "the file has no profile %q; it has %s", name, strings.Join(names, ", "))
}

// resolve returns the profile. A profile that assumes an agency may take its key from another one.
func (p *koocliProfile) resolve(all []koocliProfile) (Profile, error) {
	source := p
	if p.SourceProfile != "" && p.AccessKeyID == "" {
		for i := range all {
			if all[i].Name == p.SourceProfile {
				source = &all[i]
			}
		}
		if source == p {
			return Profile{}, profileError(NoSourceProfile, "the profile %q takes its key from the profile %q, which the file does not have", p.Name, p.SourceProfile)
		}
	}
	key, err := source.key()
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

// key returns the profile's key, from where its mode keeps it.
func (p *koocliProfile) key() (koocliKey, error) {
	key := p.koocliKey
	switch strings.ToUpper(p.Mode) {
	case "AKSK", "":
	case "SSO":
		key = p.SSOAuth.STSToken
	default:
		return koocliKey{}, profileError(UnsupportedMode, "the profile %q has the mode %s; only AKSK and SSO can be used here", p.Name, p.Mode)
	}
	switch {
	case key.AccessKeyID == "" || key.SecretAccessKey.IsZero():
		return koocliKey{}, profileError(ProfileWithoutKey, "the profile %q holds no access key", p.Name)
	case !plainAccessKey.MatchString(key.AccessKeyID):
		return koocliKey{}, profileError(EncryptedKey, "the keys of the profile %q are encrypted, so that only KooCLI can read them", p.Name)
	}
	return key, nil
}
