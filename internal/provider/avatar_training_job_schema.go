package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// jobDetailAttributes are the fields of a job that only the call for a single job returns.
func jobDetailAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
	}
	texts := func(description string) schema.Attribute {
		return schema.ListAttribute{MarkdownDescription: description, Computed: true, ElementType: types.StringType}
	}
	objects := func(description string, attributes map[string]schema.Attribute) schema.Attribute {
		return schema.ListNestedAttribute{
			MarkdownDescription: description, Computed: true,
			NestedObject: schema.NestedAttributeObject{Attributes: attributes},
		}
	}
	return map[string]schema.Attribute{
		"operation_logs": objects("The steps that the job went through, as the service lists them. Empty when it lists none.", map[string]schema.Attribute{
			"operate_time":    text("When the step was taken, in UTC."),
			"log_type":        text("What was done, such as `USER_VERIFYING_SUBMITTED` or `SYSTEM_TRAIN_SUCCESS`."),
			"log_description": text("What was noted with it, such as why a review failed."),
			"operate_user":    text("Who did it: `USER`, `ADMIN` or `SYSTEM`."),
			"error_code":      text("Error code of an automatic rejection, such as `44005901` for a resolution that is not accepted."),
			"redo_reasons":    texts("Why the service's staff ran the step again. Empty when they did not."),
		}),
		"comment_logs": objects("What was written about the job. Empty when nothing was. Attachments are left out, since their URLs are signed.", map[string]schema.Attribute{
			"operate_time":    text("When the comment was written, in UTC."),
			"comment_type":    text("Kind of the comment: `USER_REJECT`, `USER_COMMENT` or `ADMIN_COMMENT`."),
			"comment_title":   text("Title of the comment."),
			"comment_message": text("Text of the comment."),
		}),
		"flexus_retry_count": number("How many times a Flexus job may still be trained again. Null for other jobs."),
		"audio_source_type":  text("Where the voice comes from: `VIDEO` or `AUDIO`."),
		"supported_service":  texts("Kinds of use that the model is made for, such as `VIDEO_2D`. An empty list when the service names none."),
		"allocated_resource": schema.SingleNestedAttribute{
			MarkdownDescription: "The resource that the job was paid with. Null when there is none.",
			Computed:            true,
			Attributes: map[string]schema.Attribute{
				"resource_id": text("ID of the resource."),
				"charge_mode": text("How it is charged: `PERIODIC`, `ONE_TIME` or `ON_DEMAND`."),
				"expire_time": text("When it expires, in UTC."),
			},
		},
		"voice_train_job_id": text("ID of the voice training job that belongs to the job. Null when there is none."),
		"sub_training_job_info": objects("The parts of the job. Empty when the service names none.", map[string]schema.Attribute{
			"job_id":           text("ID of the part."),
			"sub_job_type":     text("Kind of the part."),
			"state":            text("State of the part."),
			"create_time":      number("When the part was created, in milliseconds since 1970."),
			"last_update_time": number("When the part was last updated, in milliseconds since 1970."),
		}),
		"train_video_rotation_state":  text("State of the rotation of the training video: `WAITING`, `PROCESSING`, `SUCCESS` or `FAILED`."),
		"action_video_rotation_state": text("State of the rotation of the action video: `WAITING`, `PROCESSING`, `SUCCESS` or `FAILED`."),
	}
}
