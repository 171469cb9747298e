terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

provider "metastudio" {
  region = "cn-north-4"
}

variable "job_id" {
  description = "ID of the job whose avatar is rolled out."
  type        = string
  default     = "bf46c9f335b14e84bd028f6acb52686b"
}

data "metastudio_avatar_training_job" "presenter" {
  job_id = var.job_id
}

locals {
  job = data.metastudio_avatar_training_job.presenter.job
}

# Stands for the rollout. The plan fails as long as the job is not done.
resource "terraform_data" "rollout" {
  input = local.job.asset_id

  lifecycle {
    precondition {
      condition     = contains(["JOB_SUCCESS", "JOB_FINISH"], local.job.state)
      error_message = "The avatar ${local.job.name} cannot be rolled out: its job is in ${local.job.state}."
    }
  }
}

output "rolled_out_asset" {
  value = terraform_data.rollout.output
}
