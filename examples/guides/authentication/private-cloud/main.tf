terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

provider "metastudio" {
  region = "private-1"

  # All services: https://{service}.private-1.cloud.example.com
  cloud = "cloud.example.com"

  # IAM alone, which finds the project: it has no address of its own in each region here.
  auth_url = "https://iam.cloud.example.com/v3"

  # STS alone, which assumes the agency. A host means https.
  endpoints = {
    sts = "sts-gateway.cloud.example.com"
  }

  # Trusted besides the authorities of the system.
  cacert_file = "${path.module}/authority.pem"

  assume_role {
    agency_name = "training-reader"
    domain_id   = "d0000000000000000000000000000002"
  }
}

data "metastudio_avatar_training_jobs" "all" {}

output "total_count" {
  value = data.metastudio_avatar_training_jobs.all.total_count
}
