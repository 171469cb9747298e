package credentials

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	iam "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3/model"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// setProject is what settles every doubt about the project.
const setProject = "set project_id in the provider block, or HW_PROJECT_ID; the console shows it under My Credentials"

// findProject returns the project that to names. A token that was obtained for a
// project by name says which one it is; that of a ready token is asked for; for
// an access key the account's projects are searched.
func (s *Session) findProject(ctx context.Context, to target) (project, error) {
	c, err := s.link.credential(ctx, to)
	if err != nil {
		return project{}, err
	}
	switch {
	case c.project.ID != "":
		return c.project, nil
	case !c.token.IsZero():
		return s.projectOfToken(ctx, c, to)
	default:
		return s.projectByName(ctx, c, to)
	}
}

// projectOfToken asks IAM what a ready token is good for.
func (s *Session) projectOfToken(ctx context.Context, c credential, to target) (project, error) {
	doing := "asking IAM for the project"
	client := iam.NewIamClient(sdkClient(ctx, s.iam(to.region), s.account(fixed{c})))
	reply, err := client.KeystoneValidateToken(&model.KeystoneValidateTokenRequest{
		XSubjectToken: c.token.Reveal(), Nocatalog: new("true"),
	})
	switch {
	case err != nil:
		return project{}, failed(doing, c.source, sdkError(err), func(*transport.Error) string {
			return "The token may have expired (after 24 hours), or be from another region: a token works only in the region that issued it."
		})
	case reply.Token == nil:
		return project{}, failed(doing, c.source, errUnreadable, nil)
	case reply.Token.Project == nil || reply.Token.Project.Id == "":
		return project{}, &Error{
			Doing: doing, Source: c.source, lasting: true,
			Err:    errors.New("the token is good for an account, not for a project"),
			Advice: "Get a token that is scoped to the project of the region " + to.region + ".",
		}
	}

	found := project{ID: reply.Token.Project.Id, Name: reply.Token.Project.Name}
	if !meant(found.Name, to, s.config) {
		return project{}, &Error{
			Doing: doing, Source: c.source, lasting: true,
			Err:    fmt.Errorf("the token is good for the project %s only, not for %s", found.Name, to.project.Name),
			Advice: "A token opens one project of one region. Sign in with an access key or a password to read others, or remove project_name.",
		}
	}
	return found, nil
}

// meant reports whether the token's project is one that was asked for. Nobody
// asked for one if the configuration names no project; but in another region
// than the session's the token cannot be meant. A project's name is its region's,
// perhaps with a suffix.
func meant(name string, to target, config Config) bool {
	if to.region == config.Region {
		return config.ProjectName == "" || config.ProjectName == name
	}
	return name == to.region || strings.HasPrefix(name, to.region+"_")
}

// projectByName searches the projects of the account.
func (s *Session) projectByName(ctx context.Context, c credential, to target) (project, error) {
	name := to.project.Name
	doing := "looking for the project " + name + " in IAM"
	client := iam.NewIamClient(sdkClient(ctx, s.iam(to.region), s.account(s.link)))
	reply, err := client.KeystoneListProjects(&model.KeystoneListProjectsRequest{Name: &name})
	switch {
	case err != nil:
		return project{}, failed(doing, c.source, sdkError(err), adviseOnProjects)
	case reply.Projects == nil:
		return project{}, failed(doing, c.source, errUnreadable, nil)
	}

	found := *reply.Projects
	switch len(found) {
	case 1:
		return project{ID: found[0].Id, Name: found[0].Name}, nil
	case 0:
		return project{}, &Error{
			Doing: doing, Source: c.source, lasting: true,
			Err: errors.New("the account has no project of this name"),
			Advice: "A region gets its project when it is first opened in the console, so check region and project_name and open the region there; " +
				"or " + setProject + ".",
		}
	default:
		ids := make([]string, len(found))
		for i, p := range found {
			ids[i] = p.Id
		}
		return project{}, &Error{
			Doing: doing, Source: c.source, lasting: true,
			Err:    fmt.Errorf("the account has %d projects of this name: %s", len(found), strings.Join(ids, ", ")),
			Advice: "Choose one: " + setProject + ".",
		}
	}
}

func adviseOnProjects(answer *transport.Error) string {
	if answer.Status == http.StatusForbidden {
		return "The credential may not list the account's projects. Grant it that (IAM ReadOnlyAccess), or " + setProject + "."
	}
	return ""
}
