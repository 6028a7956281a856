alter table core.session drop column api_key;
