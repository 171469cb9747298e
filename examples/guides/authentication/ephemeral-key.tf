terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

variable "access_key" {
  description = "ID of the access key; no secret."
  type        = string
}

# Terraform stores the value of an ephemeral variable neither in a plan nor in the
# state, and needs it again when a saved plan is applied.
variable "secret_key" {
  description = "Secret of the access key."
  type        = string
  ephemeral   = true
  sensitive   = true
}

provider "metastudio" {
  region     = "cn-north-4"
  access_key = var.access_key
  secret_key = var.secret_key
}

data "metastudio_avatar_training_jobs" "all" {}

output "total_count" {
  value = data.metastudio_avatar_training_jobs.all.total_count
}
