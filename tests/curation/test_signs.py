"""Signs hidden in names are found, and names that only look so are left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from immunograph.curation.check import check
from immunograph.curation.reading.signs import sign_in
from immunograph.curation.rules.names import CODE

from .conftest import Check, codes, linted, reader


def split(names: str) -> list[str]:
    return [" ".join(name.split()) for name in names.split("|")]


SIGNED = split(
    """
    CCL2 knock-down | knockdown of CXCR4 | MET knockout | Ccr2-knockout mouse | Ccl2 siRNA | siRNA
    against VEGF-A | shRNA targeting MYC | CCL2 shRNA | IL-6 RNAi | Ccl2−/− | CCR2-/- mice |
    Il1r1(-/-) | Rag1 ⁻/⁻ host | p53-null tumour | Ccr2 null macrophage | dominant negative STAT3
    | dominant-negative TGF-beta receptor | constitutively active AKT | constitutively-active KRAS
    | CXCR2 antagonist | MEK inhibitor | PD-1 blocker | anti-CCL2 antibody | anti-PD-1 | anti-Ly6G
    | anti-VEGF therapy | anti-neutrophil antibody | α-PD-L1 | anti-integrin antibody | antibody
    against CCL2 | CCL2-neutralising antibody | HER2 antibody | monoclonal antibody to IL-6 |
    overexpression of MYC | MYC overexpression | IL-6 over-expressing cell | HER2-overexpressing
    tumour | ectopic expression of SNAIL1 | low CCL2 | high VEGF-A | CCL2-high tumour | PD-L1 high
    | CXCR4 low | high expression of CCL2 | low levels of IL-6 | elevated IL-8 | increased
    neutrophil count | reduced NK cell activity | CCR2-deficient monocyte | CCL2-deficient host |
    MET deficiency | loss of function of PTEN | PTEN loss | loss of PTEN | loss of E-cadherin |
    gain of function of PIK3CA | gain-of-function STAT3 | negative regulation of cell migration |
    positive regulation of angiogenesis | negative regulator of NF-kB | inhibition of angiogenesis
    | suppression of T cells | neutrophil depletion | depletion of regulatory T cells | CCL2
    blockade | VEGF-A neutralisation | lack of oxygen | absence of NK cells | macrophage ablation
    | gene deletion of MET | CXCR4 inhibitors | STING agonist | TLR9 agonist | SMAC mimetic | CCL2
    degrader | BRD4 PROTAC | cells lacking CCL2 | mice without neutrophils | T cell inhibition |
    CCL2 inhibition | upregulation of MMP9 | downregulated E-cadherin | enhanced migration |
    impaired killing | blocked IL-6 | activation of STAT3 | induction of apoptosis | γ-secretase
    inhibitor | COX-2 inhibitor | tyrosine kinase inhibitor | immune checkpoint inhibitor |
    neutrophil elastase inhibitor | siCCL2 | MYC KO | CXCR2-KO | Ccl2+/- mouse | inhibitor of CCL2
    | antagonist of CXCR4 | down-regulation of MHC class I | IL-10 silencing | silencing of IL-10
    | deg(p(HGNC:1)) | RNAi against MET | anti-IL-6 receptor antibody | CD47 blockade | increase
    in VEGF-A | removal of macrophages | NET degradation | degradation of traps | high glucose |
    low oxygen | TNF-alpha antagonist | STAT3 knock down | knocked-down STAT3 | Stat3-KO mice |
    Stat3 KO macrophages | Foxp3 knock-out T cell | si-STAT3 | shSTAT3 | sh-MYC | Snail
    siRNA-treated cell | cells transfected with siRNA against Snail | IL-10−/− | IL10 -/- | Tgfbr2
    fl/fl LysM-Cre mouse | Trp53-null | p53 null mouse | DN-IκBα | dominant negative IκBα |
    dominant-negative mutant of Ras | constitutively active Akt1 | CA-STAT5 | EGFR inhibitor |
    EGFR tyrosine kinase inhibitor | small-molecule inhibitor of MET | inhibitors of VEGF | TNF
    blocker | IL-1 blocker | CCR5 antagonist | adenosine A2A receptor antagonist | anti-CD47 |
    anti-CD47 antibody | anti-CTLA-4 | anti-IL-17A | anti-Gr-1 | anti-TNF-alpha | anti-PD-L1
    therapy | antibodies to CD20 | CD20 antibody | neutralizing antibody to IL-6 | IL-6
    neutralizing antibody | overexpressed Twist1 | Twist1 overexpression | Twist1-overexpressing
    cells | forced expression of Twist1 | low E-cadherin | high Ki-67 | high CD8 T cell
    infiltration | high neutrophil-to-lymphocyte ratio | low lymphocyte count | high levels of
    CXCL8 | CXCL8 high | CXCL8-low | elevated lactate | IL-6-deficient mouse | RAG-deficient host
    | T cell-depleted mouse | neutrophil-depleted mice | macrophage depletion | loss-of-function
    mutation of TP53 | TP53 loss-of-function | gain-of-function mutant p53 | E-cadherin loss |
    negative regulation of T cell proliferation | positive regulation of cell migration |
    inhibition of apoptosis | inhibition of autophagy | suppression of NK cells | suppression of
    inflammation | blockade of PD-1 | PD-1 blockade | PD-1/PD-L1 blockade | CSF1R inhibition |
    absence of T cells | lack of MHC class I | MHC class I loss | MHC class I downregulation |
    decreased MHC class I | reduced NK cell cytotoxicity | impaired T cell priming | increased
    glycolysis | activation of NF-kB | STAT3 inhibition | knockdown cells of CXCR4 | CXCR4
    silencing | glutamine deprivation of T cells | IL-2 agonist | CD40 agonist | agonistic
    anti-CD40 | TGF-β blockade | mice lacking CCR2 | CCR2 null | haploinsufficiency of PTEN |
    PTEN-deficient tumour | IFNAR1-deficient tumour cells | anti-angiogenic antibody to VEGF
    """
)
NAMES = split(
    """
    tumour suppressor | tumor suppressor p53 | candidate tumour suppressor gene | anti-Müllerian
    hormone | anti-Mullerian hormone | natural killer cell | immune suppression |
    immunosuppression | plasminogen activator inhibitor-1 | plasminogen activator inhibitor 1 |
    antigen | antigen-presenting cell | low-density lipoprotein | high-density lipoprotein |
    low-density neutrophil | high-mobility group box 1 | high mobility group box 1 | macrophage
    migration inhibitory factor | leukaemia inhibitory factor | anti-tumour immunity | anti-tumor
    response | myeloid-derived suppressor cell | inhibitor of apoptosis protein | X-linked
    inhibitor of apoptosis | tissue inhibitor of metalloproteinases 1 | secretory leukocyte
    protease inhibitor | C1 inhibitor | IL-1 receptor antagonist | interleukin-36 receptor
    antagonist | suppressor of cytokine signalling 3 | cyclin-dependent kinase inhibitor 1A |
    inhibitor of DNA binding 1 | inhibitor of nuclear factor kappa B kinase | Rho GDP-dissociation
    inhibitor | tissue factor pathway inhibitor | alpha-1 proteinase inhibitor | plasminogen
    activator | urokinase plasminogen activator receptor | signal transducer and activator of
    transcription 3 | activator protein 1 | receptor activator of nuclear factor kappa-B ligand |
    B-cell activating factor | platelet-activating factor | high endothelial venule |
    high-affinity IgE receptor | low-affinity nerve growth factor receptor | high-grade glioma |
    low-grade inflammation | high-fat diet | triple-negative breast cancer | double-negative T
    cell | Gram-negative bacterium | HER2-negative breast cancer | ER-positive breast cancer |
    negative selection | negative feedback | positive selection | inhibitory receptor | killer
    cell immunoglobulin-like receptor | anti-inflammatory cytokine | anti-apoptotic protein |
    anti-viral immunity | anti-nuclear antibody | anti-neutrophil cytoplasmic antibody |
    anti-citrullinated protein antibody | anti-dsDNA antibody | antibody | antibodies |
    neutralising antibody | antibody-dependent cellular cytotoxicity | autoantibody against DNA |
    IgG antibody | T cell activation | neutrophil activation | complement activation | contact
    inhibition | contact inhibition of locomotion | lateral inhibition | loss of heterozygosity |
    weight loss | bone loss | hearing loss | matrix degradation | extracellular matrix degradation
    | degradation of the extracellular matrix | protein degradation | gene silencing | RNA
    interference | small interfering RNA | siRNA | reduced glutathione | immunodeficiency | severe
    combined immunodeficiency | iron deficiency | mismatch repair-deficient tumour | null cell |
    T-cell-suppressive neutrophil state | regulatory T cell | response to checkpoint blockade |
    poor response to checkpoint blockade | resistance to MEK inhibitor | sensitivity to EGFR
    inhibition | Ly6C-high monocyte | CD16-low neutrophil | CD62L-low neutrophil | activated T
    cell | activated protein C | heat-inactivated serum | inhibitor | knockout mouse | decoy
    receptor 3 | soluble IL-6 receptor | sIL-6R | HOXA11 antisense RNA 1 | beta blocker | calcium
    channel blocker | programmed cell death | growth arrest | cell death | αβ T cell | α-smooth
    muscle actin | αvβ3 integrin | TGF-α | anti-metastatic entrainment of neutrophils |
    anti-tumour neutrophil state | pro-tumour neutrophil state | antithrombin | anticoagulant |
    anti-angiogenic factor | anti-drug antibody | haploid cell | lowland gorilla | highly
    malignant cell | nullipotent stem cell | thyroid-stimulating hormone | colony-stimulating
    factor 1 | enhanced green fluorescent protein | down-regulated in adenoma | deleted in liver
    cancer 1 | microsatellite instability-high | lymphocyte activation gene 3 | programmed
    death-ligand 1 | B- and T-lymphocyte attenuator | cytotoxic T-lymphocyte-associated protein 4
    | dickkopf WNT signalling pathway inhibitor 1 | interferon-inducible protein |
    hypoxia-inducible factor 1 | transforming growth factor beta-induced protein | monocyte
    chemoattractant protein 1 | bactericidal/permeability-increasing protein | myeloid inhibitory
    C-type lectin | leukocyte-associated immunoglobulin-like receptor | T-cell exhaustion | anergy
    | tolerance induction | macrophage inflammatory protein 1 alpha | growth-inhibitory factor |
    metallothionein 3 | melanoma inhibitory activity | neutrophil extracellular trap | lack |
    phosphatidylinositol 3-kinase | DNA damage-inducible transcript 3 | cell-free DNA | cytokine
    release | host survival | knock-knee | tumour-suppressor gene | retinoblastoma tumour
    suppressor | large tumor suppressor kinase 1 | anti-Mullerian hormone receptor | NK cell |
    natural killer T cell | immune-suppressive cell | systemic immune suppression | PAI-1 |
    plasminogen activator inhibitor type 1 | serpin E1 | antigen presentation | tumour antigen |
    neoantigen | low-density lipoprotein receptor | very-low-density lipoprotein | high-density
    neutrophil | HMGB1 | high mobility group protein A2 | MIF | glycosylation-inhibiting factor |
    antitumour immune response | anti-tumour T cell | anti-inflammatory macrophage | MDSC |
    suppressor T cell | XIAP | cellular inhibitor of apoptosis 1 | baculoviral IAP
    repeat-containing protein | TIMP-1 | TIMP metallopeptidase inhibitor 1 | SLPI | leukocyte
    elastase inhibitor | C1 esterase inhibitor | inter-alpha-trypsin inhibitor | pancreatic
    trypsin inhibitor | CDK inhibitor 2A | p21 (CDKN1A) | inhibitor of growth family member 4 |
    IκB kinase | NF-kappa-B inhibitor alpha | protein phosphatase 1 regulatory inhibitor subunit
    1B | IL-1Ra | interleukin 1 receptor antagonist | transcriptional activator | PAF | BAFF |
    T-cell activation RhoGTPase activating protein | GTPase-activating protein | Ras
    GTPase-activating protein | RANKL | high endothelial venules | high-affinity nerve growth
    factor receptor | low-grade glioma | high-risk neuroblastoma | triple-negative breast
    carcinoma | double-positive thymocyte | CD4-CD8- thymocyte | CD8-positive T cell |
    HER2-positive breast cancer | gram-negative sepsis | lipopolysaccharide of Gram-negative
    bacteria | hormone receptor-negative | negative regulator NRROS | inhibitory synapse |
    inhibitory immune checkpoint | immune checkpoint | LILRB1 | LAIR1 | neutralising antibodies |
    antibody response | antibody-secreting cell | anti-DNA antibody | anti-cyclic citrullinated
    peptide | antiphospholipid antibody | anti-HBs | antiviral response | anti-viral interferon
    response | antimicrobial peptide | antioxidant | anti-oxidant response | antisense transcript
    | anti-apoptotic BCL2 | antidepressant | macrophage activation | platelet activation |
    classical complement activation | alternative activation of macrophages | T-cell receptor
    activation | loss of appetite | cartilage loss | tooth loss | collagen degradation | ECM
    degradation | mRNA degradation | proteasomal degradation | transcriptional silencing | X
    inactivation | heat shock protein | reduced folate carrier | GSH (reduced glutathione) |
    vitamin D deficiency | immune deficiency | MMR-deficient colorectal cancer | homologous
    recombination-deficient ovarian cancer | castration-resistant prostate cancer | hypoxia |
    oxygen sensing | response to anti-PD-1 therapy | resistance to PD-1 blockade | acquired
    resistance to BRAF inhibitor | sensitivity to TRAIL | Ly6Chigh monocyte | Ly6C-low monocyte |
    PD-1-high CD8 T cell | CD62L-low T cell | CD56-bright NK cell | activated neutrophil |
    alternatively activated macrophage | exhausted T cell | attenuated virus | inactivated
    influenza vaccine | β-blocker | beta-blocker | TRAIL decoy receptor | soluble VEGF receptor 1
    | growth arrest-specific 6 | cell cycle arrest | apoptosis | necroptosis | senescence |
    stromal cell-derived factor 1 | placental growth factor | nuclear factor kappa B |
    hypoxia-inducible factor 1 alpha | interferon regulatory factor 3 | interferon-stimulated gene
    15 | TGF-β-induced protein | tumour necrosis factor receptor-associated factor 6 |
    death-associated protein kinase | programmed cell death protein 1 | lymphocyte-activation gene
    3 | V-domain Ig suppressor of T cell activation | T cell immunoglobulin and mucin domain 3 |
    sialic acid-binding Ig-like lectin 10 | leukaemia inhibitory factor receptor | metastasis
    suppressor 1 | KAI1 metastasis suppressor | BRMS1 | raf kinase inhibitor protein |
    phosphatidylethanolamine-binding protein 1 | stefin A | cystatin C | alpha-2-macroglobulin
    """
)


def kind_of(name: str) -> str | None:
    found = reader().lexicon.find(name)
    return reader().entities[found[0].id].kind if len(found) == 1 else None


def entity(
    name: str, *, id: str = "itm:new", kind: str = "Molecule", status: str = "local", more: str = ""
) -> str:
    """A source that defines an entity."""
    return (
        f"entities:\n  - {{id: '{id}', name: {json.dumps(name)}, kind: {kind}, "
        f"grounding: {{status: {status}}}{more}}}\n"
        "statements:\n  - {subject: neutrophil, predicate: promotes, object: metastasis, "
        "evidence: [{says: Seen.}]}\n"
    )


@pytest.mark.parametrize("name", SIGNED)
def test_a_sign_is_found_in_a_name(name: str) -> None:
    assert sign_in(name, None, kind_of) is not None
    assert CODE in codes(linted(entity(name)))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_left_alone(name: str) -> None:
    assert sign_in(name, None, kind_of) is None
    assert CODE not in codes(linted(entity(name)))


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("CCL2 knock-down", "CCL2 overexpression"),
        ("loss of function of PTEN", "gain of function of PTEN"),
        ("negative regulation of migration", "positive regulation of migration"),
        ("CXCR2 antagonist", "CXCR2 agonist"),
        ("low CCL2", "high CCL2"),
        ("downregulated MMP9", "upregulated MMP9"),
        ("dominant negative STAT3", "constitutively active STAT3"),
        ("inhibition of angiogenesis", "stimulation of angiogenesis"),
    ],
)
def test_a_sign_says_which_way_it_goes(less: str, more: str) -> None:
    for name, sign in ((less, -1), (more, 1)):
        found = sign_in(name, None, kind_of)
        assert found is not None
        assert found.sign == sign


MENTION = """\
statements:
  - {{subject: {subject}, predicate: promotes, object: {object}, evidence: [{{says: Seen.}}]}}
interventions:
  - ref: blocked
    name: block it
    target: {target}
    change: -1
    mode: block
    status: tested
    outcomes: [{{on: {on}, observed: -1}}]
    evidence: [{{says: It was blocked.}}]
"""


@pytest.mark.parametrize("place", ["subject", "object", "target", "on"])
def test_a_sign_is_found_wherever_an_entity_is_named(place: str) -> None:
    names = {"subject": "neutrophil", "object": "metastasis", "target": "CCL2", "on": "metastasis"}
    body = MENTION.format(**{**names, place: '"Ccl2-/- monocyte"'})
    (one,) = [found for found in linted(body) if found.code == CODE]
    assert "'-/-' in 'Ccl2-/- monocyte' is a sign (less of something)" in one.message


@pytest.mark.parametrize(
    ("name", "id", "kind"),
    [
        ("IL-18 binding protein and inhibitor", "HGNC:5987", "Protein"),
        ("Wnt antagonist of the DAN family", "HGNC:7765", "Protein"),
        ("G-protein activator", "HGNC:4388", "Protein"),
        ("myeloma overexpressed", "HGNC:7563", "Protein"),
        ("Ras like without CAAX 1", "HGNC:10023", "Protein"),
        ("enzyme inhibitor", "CHEBI:23924", "Drug"),
        ("angiogenesis inhibitor", "CHEBI:48422", "Drug"),
        ("A20 haploinsufficiency", "MONDO:0014778", "Disease"),
        ("leukocyte adhesion deficiency", "MONDO:0000048", "Disease"),
        ("activation of innate immune response", "GO:0002218", "BiologicalProcess"),
        ("immune suppression", "MESH:D007165", "BiologicalProcess"),
        ("low tension glaucoma", "MONDO:0005338", "Disease"),
    ],
)
def test_a_name_that_a_public_table_was_seen_to_give_is_a_name(
    name: str, id: str, kind: str
) -> None:
    assert CODE not in codes(linted(entity(name, id=id, kind=kind, status="verified")))


@pytest.mark.parametrize(
    ("name", "id", "kind", "more"),
    [
        ("negative regulation of cell migration", "GO:0030336", "BiologicalProcess", ""),
        ("positive regulation of angiogenesis", "GO:0045766", "BiologicalProcess", ""),
        ("negative regulation of phagocytosis", "GO:0050765", "BiologicalProcess", ""),
        ("PTEN knock-out", "HGNC:9588", "Protein", ", symbol: PTEN"),
        ("STAT1 inhibitor", "HGNC:11362", "Protein", ", symbol: STAT1"),
        ("high TP53", "HGNC:11998", "Protein", ", symbol: TP53"),
        ("anti-CD20", "MESH:D000069283", "Drug", ""),
    ],
)
def test_an_id_that_was_seen_makes_no_name_of_what_was_done(
    name: str, id: str, kind: str, more: str
) -> None:
    body = entity(name, id=id, kind=kind, status="verified", more=more)
    assert CODE in codes(linted(body))


def test_a_sign_among_the_synonyms_is_found() -> None:
    body = entity("a new protein", more=", synonyms: [anti-CXCL12]")
    assert codes(linted(body)) == [CODE]


def test_a_note_on_the_entity_answers() -> None:
    for note, found in (("'polarity-in-name: a class of drugs'", []), ("a class of drugs", [CODE])):
        assert codes(linted(entity("MEK inhibitor", more=f", note: {note}"))) == found


def test_a_sign_is_told_where_it_is_defined_and_not_at_each_mention(checked: Check) -> None:
    body = entity("CXCL12 knock-down").replace("subject: neutrophil", "subject: CXCL12 knock-down")
    head, _, rest = body.partition("statements:")
    report = checked("statements:" + rest, head=head)
    assert [(one.code, one.line) for one in report.lints] == [(CODE, 8)]


@pytest.mark.parametrize("asked", ["file", "entities.yaml", "folder"])
def test_a_shared_entity_is_told_of_in_its_file_or_where_it_is_named(
    checked: Check, seed: Path, asked: str
) -> None:
    entities = seed / "entities.yaml"
    entities.write_text(
        entities.read_text() + "  - {id: 'itm:less', name: CXCL12 knock-down, kind: Molecule, "
        "grounding: {status: local}}\n"
    )
    checked(
        "statements:\n  - {subject: CXCL12 knock-down, predicate: promotes, object: metastasis, "
        "evidence: [{says: Seen.}]}\n"
    )
    paths = {"file": seed / "mine.yaml", "entities.yaml": entities, "folder": seed}
    found = [
        Path(one.file).name
        for one in check([paths[asked]]).lints
        if one.code == CODE and "CXCL12" in one.message
    ]
    assert found == ["mine.yaml" if asked == "file" else "entities.yaml"]
