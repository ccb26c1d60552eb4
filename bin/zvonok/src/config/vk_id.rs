//! Settings of the VK ID the school trusts: its own, or the real one (O7, VK-50).

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use serde::Deserialize;
use web::outgoing::Origin;
use web::settings::{Outside, VkId, VkService};

use super::check_closed;
use super::outside::check_origin;

/// `[vk_id]`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct VkIdTable {
    pub(super) provider: Option<String>,
    pub(super) origin: Option<String>,
    pub(super) client_id: Option<u64>,
    pub(super) redirect: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) service_token: Option<String>,
    pub(super) service_token_file: Option<PathBuf>,
}

impl std::fmt::Debug for VkIdTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VkIdTable(***)")
    }
}

/// Which VK ID the school trusts.
pub(super) fn vk_id(table: VkIdTable, outside: &Outside) -> anyhow::Result<VkId> {
    let provider = table.provider.as_deref().unwrap_or("off");
    let is_service_set = table.origin.is_some()
        || table.client_id.is_some()
        || table.redirect.is_some()
        || table.scope.is_some()
        || table.service_token.is_some()
        || table.service_token_file.is_some();
    if is_service_set && provider != "vk" {
        bail!(
            "vk_id: настройки службы заданы, а provider = «{provider}»: напишите provider = \"vk\" или уберите их"
        );
    }
    match provider {
        "off" => Ok(VkId::Off),
        "embedded" => Ok(VkId::Embedded),
        "vk" => service(table, outside).map(|service| VkId::Service(Arc::new(service))),
        other => bail!("vk_id.provider = «{other}»: бывает off, embedded или vk"),
    }
}

fn service(table: VkIdTable, outside: &Outside) -> anyhow::Result<VkService> {
    let client_id = table
        .client_id
        .filter(|id| *id > 0)
        .ok_or_else(|| anyhow!("vk_id.client_id: нужен номер приложения из кабинета VK ID"))?;
    let origin = table.origin.as_deref().unwrap_or("https://id.vk.ru");
    let origin = Origin::parse(origin).ok_or_else(|| {
        anyhow!("vk_id.origin = «{origin}»: нужно https:// и имя, без пути и черты в конце")
    })?;
    check_origin("vk_id.origin", &origin, outside)?;
    let redirect = table.redirect.unwrap_or_default();
    let own = redirect.strip_suffix(VkService::CALLBACK).and_then(Origin::parse).ok_or_else(|| {
        anyhow!("vk_id.redirect: нужен адрес сайта школы и {}, как в кабинете VK ID", VkService::CALLBACK)
    })?;
    check_origin("vk_id.redirect", &own, outside)?;
    let service_token = match (table.service_token, table.service_token_file) {
        (Some(_), Some(_)) => bail!("vk_id: service_token и service_token_file вместе; оставьте одно"),
        (Some(token), None) => Some(token),
        (None, Some(file)) => {
            check_closed(&file)?;
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("vk_id.service_token_file: {} не читается", file.display()))?;
            Some(text.trim().to_owned())
        }
        (None, None) => None,
    };
    let scope = table.scope.unwrap_or_else(|| "vkid.personal_info".to_owned());
    Ok(VkService { origin, client_id, redirect, scope, service_token })
}
