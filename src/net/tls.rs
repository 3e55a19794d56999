//! TLS by rustls: what the listener shows and demands, and whom the upstream client trusts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};

use crate::config;

/// Why TLS cannot be set up; names the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read as PEM, or holds none of what it should.
    #[error("{file}: {problem}")]
    File {
        /// Which.
        file: String,
        /// Why.
        problem: String,
    },
    /// The parts do not fit.
    #[error("{0}")]
    Setup(String),
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn file_error(file: &Path, problem: impl std::fmt::Display) -> TlsError {
    TlsError::File { file: file.display().to_string(), problem: problem.to_string() }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let all = CertificateDer::pem_file_iter(file).map_err(|e| file_error(file, e))?;
    let all = all.collect::<Result<Vec<_>, _>>().map_err(|e| file_error(file, e))?;
    if all.is_empty() { Err(file_error(file, "holds no certificate")) } else { Ok(all) }
}

fn authorities(file: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots.add(certificate).map_err(|e| file_error(file, e))?;
    }
    Ok(roots)
}

/// The listener's side.
///
/// # Errors
/// [`TlsError`].
pub fn server(tls: &config::Tls) -> Result<Arc<ServerConfig>, TlsError> {
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|e| file_error(&tls.key, e))?;
    let chain = certificates(&tls.certificate)?;
    let builder = ServerConfig::builder_with_provider(provider());
    let builder = builder.with_safe_default_protocol_versions().map_err(|e| TlsError::Setup(e.to_string()))?;
    let builder = match &tls.client_ca {
        Some(file) => {
            let roots = Arc::new(authorities(file)?);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider());
            builder.with_client_cert_verifier(verifier.build().map_err(|e| file_error(file, e))?)
        }
        None => builder.with_no_client_auth(),
    };
    let mut server = builder.with_single_cert(chain, key).map_err(|e| file_error(&tls.certificate, e))?;
    server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(server))
}

/// The upstream client's side: the authority of `ca`, or those that the machine trusts; and our own certificate and key, where
/// the upstream asks who we are.
///
/// # Errors
/// [`TlsError`].
pub fn client(ca: Option<&Path>, identity: Option<&(PathBuf, PathBuf)>) -> Result<ClientConfig, TlsError> {
    use hyper_rustls::ConfigBuilderExt;
    let builder = ClientConfig::builder_with_provider(provider());
    let builder = builder.with_safe_default_protocol_versions().map_err(|e| TlsError::Setup(e.to_string()))?;
    let builder = match ca {
        Some(file) => builder.with_root_certificates(authorities(file)?),
        None => builder
            .with_native_roots()
            .map_err(|e| TlsError::Setup(format!("the machine's certificate authorities cannot be read: {e}")))?,
    };
    let Some((certificate, key)) = identity else { return Ok(builder.with_no_client_auth()) };
    let chain = certificates(certificate)?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|e| file_error(key, e))?;
    builder.with_client_auth_cert(chain, key).map_err(|e| file_error(certificate, e))
}
