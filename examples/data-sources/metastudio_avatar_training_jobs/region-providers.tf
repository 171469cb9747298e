# OpenTofu 1.9 and later: one provider block with an instance for each region.
# Terraform has no for_each in provider blocks.

terraform {
  required_providers {
    metastudio = {
      source = "metastudio/metastudio"
    }
  }
}

locals {
  regions = toset(["cn-north-4", "cn-east-3"])
}

provider "metastudio" {
  alias    = "by_region"
  for_each = local.regions

  region = each.key
}

data "metastudio_avatar_training_jobs" "by_region" {
  provider = metastudio.by_region[each.key]
  for_each = local.regions
}

output "count_by_region" {
  value = { for region, list in data.metastudio_avatar_training_jobs.by_region : region => list.total_count }
}
