"""The words and idioms of the field by which a name says more or less of something.

Each list stands beside the names that hold its words and mean no sign.
"""

from __future__ import annotations

import re
from typing import Final

from immunograph.curation.reading.wordlists import alternatives


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


def _listed(words: str, before: str = r"\b", after: str = "") -> str:
    """A list of words as a pattern, with what must stand around them."""
    return f"{before}(?:{alternatives(words)}){after}"


# --- what was done ---------------------------------------------------------------------------

DONE_LESS: Final = _words(
    r"(?<=\w)[ -](?:si|sh)[- ]?RNAs?\b(?!-(?:med|ind)| (?:proc|mach))",
    r"\b(?:si|sh)[- ]?RNAs? (?:against|to|for|targeting|directed)\b",
    r"\bantisense (?:oligos?\b|oligonuc|knock\w*|inhib\w*|treatment)",
    r"(?<=\w) morpholinos?$",
    r"\bknock(?:ed|ing)?[- ]?(?:down|out)s?\b",
    r"(?<![\w+-])[(]?-/-[)]?(?!\w)|(?<=\w)[(]?-/-[)]?(?![\w-])",
    r"(?<=\w)[ (]?[+]/-[)]?(?!\w)",
    r"\bdominant[- ]negative\b",
    r"\bloss[- ]of[- ]function\b",
    r"\bhaplo-?insufficien\w+",
    r"(?<=\S)[- ]null\b(?! ?-?(?:cell|adenoma|hypothes))",
    r"\bnull (?:mutant|mutation|allele|mice|mouse)\b",
    r"\bnegative regulation of\b",
    r"\bdeg\(",
)
"""What makes less of a thing, whatever the thing; `deg(…)` is BEL."""
DONE_LESS_CASED: Final = re.compile(
    r"(?<=\w)[ -]RNAi\b|\bRNAi (?:against|of|for)\b|"
    r"\bs[ih]-?(?!RNA)(?=[A-Z][A-Za-z]*\d)|\bs[ih]-(?!RNA)(?=[A-Z]{2})|"
    r"\bfl(?:ox)?/fl(?:ox)?\b|\bDN-(?!T\b)(?=[A-Z])|"
    r"(?<=\S)[- ]c?KO\b|(?<=[A-Z0-9])[- ]KD\b|\bLOF\b"
)
DONE_MORE: Final = _words(
    r"\bover[- ]?express(?:ion|ing|ed|or)?\b(?! (?:in\b|protein\b|\d))",
    r"\b(?:ectopic|forced|enforced|transgenic) (?:expression|over)",
    r"\bconstitutive(?:ly)?[- ]active\b",
    r"\bgain[- ]of[- ]function\b",
    r"\bpositive regulation of\b",
)
DONE_MORE_CASED: Final = re.compile(r"\bGOF\b|\bCA-(?=[A-Z])")
DEFICIENT: Final = _words(
    r"[- ](?:deficient|depleted|ablated|silenced|deleted)\b", r"\bdeficient in\b"
)
"""Less of what stands before it, in a cell or an animal."""
DEFICIENT_NAMES: Final = _words(
    _listed(
        """
        mismatch[- ]repair, MMR, homologous[- ]recombination, HR, HRR, DNA[- ]repair, immune, immuno
        vitamin(?: \\w+)?, iron, folate, oxygen, nutrient, glucose, (T|B)[- ]cell, lympho*
        replication, growth hormone, hormone, platelet, arrest, lysine
        """,
        after="[- ]deficien",
    )
)
LACKING: Final = re.compile(
    r"\b(?:lacking|devoid of|without|in (?:the )?absence of) (?:the |any )?(?P<x>.+)$",
    re.IGNORECASE,
)
GENERIC: Final = frozenset(
    alternatives(
        """
        a, the, gene, genes, mouse, mice, rat, rats, animal, animals, host, cell, cells, line
        strain, model, technique, techniques, experiment, screen, library, drug, drugs, antibody
        therapy, mutation, mutations, variant, mutant, allele, construct
        """
    ).split("|")
)
"""Beside these alone, a word for something done is a thing of its own: a knock-out mouse."""

# --- agents ----------------------------------------------------------------------------------

AGENT_LESS: Final = _words(
    _listed("antagonists?, inhibitors?, blockers?, degraders?, PROTACs?, silencers?", after=r"\b")
)
AGENT_MORE: Final = _words(
    _listed("agonists?, activators?, mimetics?, superagonists?, potentiators?", after=r"\b")
)
AGENT_NAMES: Final = _words(
    # Proteins that are called inhibitors, and families of them.
    _listed(
        """
        protease, proteinase, peptidase, trypsin, antitrypsin, plasminogen activator, pathway
        dissociation, C1, C1[- ]esterase, cyclin[- ]dependent kinase, leukocyte elastase
        ribonuclease
        """,
        after=r" inhibitors?\b",
    ),
    _listed(
        """
        apoptosis, DNA, differentiation, growth(?! of)\\b, (NF-?)?kappa, NF-?kB, nuclear factor
        metallo, CDK4, cyclin[- ]dependent, Bruton, kB, proteas, proteinas, carbonic, MyoD
        catenin, beta, IKK, serine
        """,
        before=r"\binhibitors? of ",
    ),
    _listed(
        r"""
        \d\w?\w?\w?\b, [A-Z]\b, alpha\b, beta\b, gamma\b, delta\b, epsilon\b, zeta\b, theta\b
        II?I?\b, IV\b, V\b, subunit, domain, family, protein, candidate, homolog, related, like\b
        associated, inhibitor, factor, binding, recruited, molecule, and\b, motif, interacting
        peptide, kappa, activity, complex
        """,
        before=r"\b(?:inhibitor|antagonist|activator|agonist)s?[- ]",
    ),
    r"\b(?:antagonist|agonist)s? of (?:cell death|beta|mitotic|killer|cyclin)|\bdeath agonist|"
    r"\bbinding (?:antagonist|inhibitor)|\bfamily (?:BMP )?antagonist|\bantagonist/killer",
    # Activators that are named for what they do.
    _listed(
        "plasminogen, transcription*, receptor, morphogenesis, secretion, associated, GM2",
        after=r" activators?\b",
    ),
    _listed(
        """
        transcription, nuclear, NF-?kappa, NF-?kB, RhoGEF, HSP, heat, S phase, basal, the
        morphogenesis
        """,
        before=r"\bactivators? of ",
    ),
    r"\b(?:inhibitor|activator|agonist|antagonist)(?: activity| complex|-\w+ complex)\b",
    r"\btransactivators?\b|\btumou?r[- ]suppress\w+",
    # Old classes of drugs, named in every pharmacopoeia.
    _listed(
        """
        alpha, beta, beta-adrenergic, alpha-adrenergic, adrenergic, calcium[- ]channel, channel
        H2, histamine, neuromuscular, ganglionic, nerve, β, α
        """,
        after=r"[- ]blockers?\b",
    ),
)
"""Names in which such a word stands for what the thing is, not for what was done."""
AGENT_OF_ITS_TARGET: Final = _words(
    r"\b(?:interleukin|IL)[- ]?(?:1|36)\w*[- ]receptor[- ]antagonist",
    r"\bplasminogen activator inhibitor",
)
"""Names even where their target is known by itself."""

# --- less or more of something ---------------------------------------------------------------

LESS_OF: Final = _words(
    _listed(
        """
        inhibition, suppression, blockade, blocking, loss, lack, absence, depletion, deletion
        silencing, neutrali[sz]ation, down-?regulation, reduction, decrease, degradation, ablation
        inactivation, disruption, abrogation, attenuation, repression, elimination, removal
        impairment, antagonism, abolition, deprivation, negative regulators?
        """,
        after=r" of\b",
    ),
    r"\b(?:reduction|decrease|fall|drop) in\b",
)
MORE_OF: Final = _words(
    _listed(
        """
        activation, induction, stimulation, enhancement, up-?regulation, increase, promotion
        elevation, augmentation, amplification, potentiation, gain, positive regulators?
        """,
        after=r" of\b",
    ),
    r"\b(?:increase|rise) in\b",
)
OF_NAMES: Final = _words(
    r"\b(?:contact|lateral|feedback) inhibition of\b",
    r"\b(?:alternative|classical) activation of\b",
    r"\bloss of (?:heterozygosity|imprinting|appetite|consciousness|smell|taste|weight|hair)\b",
    r"\bgain of weight\b",
    r"\bdegradation of (?:the )?(?:extracellular |basement )?"
    r"(?:matrix|membrane|collagen|proteins?)\b",
    r"\bsuppression of tumou?rigenicity \d",
    r"\bactivation of complement\b",
)
"""Names of processes, genes and signs of illness that read so."""
LESS_AT_END: Final = _words(
    _listed(
        """
        inhibition, blockade, depletion, deletion, deficiency, silencing, neutrali[sz]ation
        down-?regulation, degradation, ablation, inactivation, loss, suppression, repression
        antagonism, insufficiency
        """,
        before=r"\b[\w/+.-]+ ",
        after="$",
    )
)
MORE_AT_END: Final = _words(r"\b[\w/+.-]+ (?:up-?regulation|overactivation|hyperactivation|gain)$")
AT_END_NAMES: Final = _words(
    _listed(
        """
        contact, lateral, feedback, product, substrate, prepulse, end-product, shunting, neural
        presynaptic, postsynaptic
        """,
        after=" inhibition$",
    ),
    _listed(
        """
        gene, RNA, chromatin, transcriptional, post-?transcriptional, epigenetic, heterochromatin
        chromosome, telomere, telomeric, subtelomeric, transposon, rDNA, mating-type*
        """,
        after=" silencing$",
    ),
    r"\b(?:gene|chromatin|transcriptional?|catabolite|glucose|translational?|carbon) repression$",
    _listed(
        """
        matrix, ECM, membrane, collagen, proteins?, proteasomal, lysosomal, mRNA, RNA, DNA
        proteolytic, autophagic, glycogen, cartilage, proteoglycan, aggrecan
        """,
        after=" degradation$",
    ),
    r"\b(?:X|chromosome|X-chromosome|heat|thermal|viral|virus|lyonization|channel) inactivation$",
    _listed(
        """
        immun*, marrow, myelo*, adrenal, ovarian, cough, menstrual, lactation, appetite, pituitary
        tumou?r
        """,
        after=" suppression$",
    ),
    _listed(
        """
        vitamin(?: \\w+)?, iron, zinc, iodine, magnesium, selenium, calcium, folate, nutritional
        protein, hormone, immune, immunological, factor, enzyme, antitrypsin, lactase, platelet
        coagulation, oxygen, adhesion, dehydrogenase, deaminase, oxidase, synthase, reductase
        transferase, lipase, hydroxylase, complement, cognitive, attention, mental, Ig[AGM]
        sulfatase, protease
        """,
        after=" deficiency$",
    ),
    _listed(
        """
        renal, kidney, cardiac, heart, mitral, aortic, valve, venous, respiratory, adrenal, hepatic
        pancreatic, placental, vascular, vertebrobasilar, ovarian, cervical, liver, arterial
        """,
        after=" insufficiency$",
    ),
    _listed(
        """
        weight, hair, bone, blood, hearing, memory, vision, visual, sensory, tooth, teeth
        pregnancy, f(o?)etal, muscle, volume, fluid, water, sperm, graft, limb, protein, attachment
        synapse, neuron, neuronal, cartilage, fat, foam, heat, energy, chromosome, DNA, skin, nail
        eyelash, eyebrow, speech, smell, taste, early, late, recurrent, perinatal, cell
        """,
        after=" loss$",
    ),
    r"\b(?:weight|chromosome|fat|energy) gain$",
    r"\b(?:chromosom\w+|partial|terminal|interstitial|allelic|clonal|central|peripheral|"
    r"\w*[pq]\d*) deletion$",
    r"\b(?:catheter|radiofrequency|endometrial|laser|surgical|cryo\w*|microwave|thermal|tumou?r) "
    r"ablation$",
    r"\b(?:virus|viral|toxin|antibody|charge|acid|plaque reduction) neutrali[sz]ation$",
    r"\b(?:blood|fluid|volume|sodium|potassium|salt|ozone|resource|ego) depletion$",
    r"\b(?:receptor|ligand-receptor) (?:down-?regulation|inactivation)$",
    r"\b(?:nerve|heart|bundle[- ]branch|neuromuscular|ganglionic|conduction) (?:blockade|block)$",
)

# --- high and low ----------------------------------------------------------------------------

LESS_ADJECTIVE: Final = _words(
    _listed(
        """
        reduced, decreased, impaired, lowered, diminished, absent, down-?regulated, inhibited
        blocked, suppressed, abrogated, abolished, depleted, silenced, inactivated, attenuated
        """,
        after=r"\b",
    )
)
MORE_ADJECTIVE: Final = _words(
    _listed(
        """
        increased, elevated, enhanced, raised, up-?regulated, hyperactive, hyperactivated
        augmented
        """,
        after=r"\b",
    )
)
ADJECTIVE_NAMES: Final = _words(
    _listed(
        """
        glutathione, folate, nicotinamide, NADP?H?, thioredoxin, ha?emoglobin, coenzyme, flavin
        growth phenotype, form, glutaredoxin, ferredoxin, iron, cytochrome, penetrance
        """,
        before=r"\breduced ",
    ),
    r"\b(?:up|down)-?regulated (?:gene|in|by|neuronal|during|protein|transcript)\b",
    r"\benhanced (?:green|yellow|cyan|blue|at puberty|external|recovery)",
    r"\b(?:impaired|elevated|raised|increased) (?:fasting|glucose tolerance|intracranial|"
    r"intraocular|temperature|body temperature|sensitivity)",
    r"\b(?:heat|formalin|beta-propiolactone)[- ]inactivated\b",
    r"\battenuated (?:live |virus|vaccine|strain|influenza|yellow|poliovirus|measles|bacteri)",
    r"\binactivated (?:virus|vaccine|influenza|poliovirus|bacteri|\w+virus|whole|toxin|SARS)",
)
HIGH: Final = re.compile(
    r"^(?P<more>high|higher|elevated|increased|more|abundant)[ -](?P<x>.+)$|"
    r"^(?P<less>low|lower|reduced|decreased|less|scarce)[ -](?P<y>.+)$|"
    r"^(?P<z>.+?)[- ,(]+(?:expression |levels? |activity )?"
    r"(?:(?P<up>high|hi)|(?P<down>low|lo))\)?$",
    re.IGNORECASE,
)
HIGH_INSIDE: Final = re.compile(
    r"\b(?P<x>[\w/-]+?)[- ](?P<level>high|hi|low|lo) \w+", re.IGNORECASE
)
LEVEL: Final = re.compile(
    r"\b(?:(?P<more>high|higher|elevated|increased|raised)|(?:low|lower|reduced|decreased))[- ](?:"
    + alternatives(
        """
        levels?, expression, amounts?, activity, abundance, concentrations?, numbers?, ratio
        titers?, counts?
        """
    )
    + r") (?:of|for)\b",
    re.IGNORECASE,
)
HIGH_NAMES: Final = _words(
    _listed(
        """
        density, mobility, affinity, molecular, endothelial, grade, risk, fat, salt, sodium, dose
        dosage, altitude, frequency, temperature, voltage, throughput, threshold, pressure
        resolution, power, energy, calorie, protein diet, carb*, birth, back, vision, o?esophag*
        respiratory, urinary, limb, extremity, gastro*, jaw, lip, airway, mood, intelligence
        income, sulfur, glycemic, myopia, blood, cardiac, anion, order, pass, set, mannose, potency
        potential, zone, tone, confluence, passage, responder, abundance protein, mw, output, grass
        mountain, rank, quality, purity, speed, spin, spatial, content, capacity, cost, level
        motor, third, half, lobe, leg, eyelid, spine, tooth, uterine, plants?, water, stringency
        avidity, tumou?r burden, microsatellite, proliferative, turnover, penetrance, intensity
        impact, flow, functioning, fibre diet, fiber diet
        """,
        before="^(?:high|low|higher|lower|reduced)[ -]",
        after=r"\b",
    ),
    r"\bmicrosatellite instability[- ](?:high|low)$|\bMSI-?(?:H|high|low)$",
)

# --- antibodies ------------------------------------------------------------------------------

ANTI: Final = re.compile(
    r"(?<![\w-])(?:anti(?!bod|gen|ser)[- ]?|"
    r"α-?(?=PD|CTLA|CD\d|IL-?\d|Ly6|CC[LR]\d|CXC|CSF|VEGF|TNF|IFN|GM-CSF))(?P<x>\w.*)$",
    re.IGNORECASE,
)
ANTI_SERUM: Final = re.compile(
    r"\banti[- ](?P<x>[a-z][\w-]*)(?: [\w-]+)? "
    r"(?:monoclonal |polyclonal |neutrali[sz]ing |blocking )?"
    r"(?:antibod(?:y|ies)|m?Abs?|sera|serum|antiserum|Fab|nanobod(?:y|ies)|blockade)\b",
    re.IGNORECASE,
)
ANTI_NAMES: Final = _words(
    _listed(
        r"""
        m[uü]e?ll?erian, nuclear, neutrophil cytoplasm*, mitochondri*, thyroid*, thyroglobulin
        phospholipid, cardiolipin, centromere, smooth, ganglioside, citrulli*, cyclic, ds-?dna
        ss-?dna, dna, histone, GBM, glomerular, ro\b, la\b, sm\b, ss-?[ab], jo-?1, scl, ccp, cn-1a
        mog, aqp4, aquaporin, nmda, n-methyl, gad, gm1, gq1b, islet, insulin, hla, donor, drug
        idiotyp*, platelet, sperm, erythrocyte, red cell, rh\b, rhd, d\b, parietal, intrinsic
        endothelial cell, ribosomal, rnp, topoiso*, pla2r, annexin, c1q, beta-?2, prothrombin
        """,
        before="anti[- ]?",
    ),
    _listed(
        """
        streptolysin, toxin, toxoid, tetanus, hbs, hbc, hbe, hcv, hbv, hiv, hpv, ebv, cmv, sars
        spike, influenza, measles, rabies, virus, viral, bacteri*, fung*, parasit*, microb*
        malari*, tubercul*, pneumococ*, lps, endotoxin, venom, pathogen*
        tumou?r*, cancer*, neoplas*, metasta*, melanoma, leuka?emi*, lymphoma, oncogen*, invasi*
        inflamm*, apopto*, oxida*, angiogen*, prolifera*, migrat*, fibro*, phagocyt*, mitotic
        """,
        before="anti[- ]?",
    ),
    _listed(
        """
        self, host, graft, sense, parallel, codon, freeze*, silenc*, terminat*, diabet*, obes*
        depress*, hypertens*, epilep*, psychotic*, coagul*, thrombo*, thrombin, trypsin
        chymotrypsin, plasmin, diuretic, genic, microtubule, aging, ageing, stress, nociceptive
        anxiety, pain, hormon*, estrogen*, oestrogen*, androgen*, cytoplasmic
        """,
        before="anti[- ]?",
    ),
)
"""The body's own antibodies, immunity to germs and tumours, and words that only begin so."""
ANTI_ADJECTIVE: Final = re.compile(r"\w+(?:al|ic|ory|ous|ive|oid|ant|otic|ar)\b", re.IGNORECASE)
ANTIBODY_TO: Final = _words(
    r"(?<!auto)(?<!allo)\b(?:antibod(?:y|ies)|m?Abs?|antisera|antiserum|nanobod(?:y|ies)) "
    r"(?:to|against|targeting|directed (?:at|against)|for|that (?:block|neutrali[sz]e|target)s?)\b",
    r"\b[\w-]+[- ](?:neutrali[sz]ing|blocking|depleting|targeting) (?:monoclonal )?"
    r"(?:antibod(?:y|ies)|m?Abs?|nanobod(?:y|ies))\b",
)
ANTIBODY_AFTER: Final = re.compile(
    r"^(?P<x>.+?)[- ](?:specific |monoclonal |polyclonal )*(?:antibod(?:y|ies)|mAbs?)$",
    re.IGNORECASE,
)
ANTIBODY_NAMES: Final = _words(
    r"\bIg[A-Z]\d?\b",
    _listed(
        r"""
        HLA, single[- ](chain|domain), HIV\S*, HTLV\S*, \w*virus, B[- ]cell, maternal, natural
        auto, allo, serum, donor[- ]specific
        (virus|HIV|pathogen|tumou?r|antigen)[- ](specific|neutrali[sz]ing)
        """,
        after=r"\b",
    ),
)

# --- what things look like -------------------------------------------------------------------

TO: Final = re.compile(
    r"(?:^|(?<= ))(?=(?:response|resistance|resistant|sensitivity|sensitive|refractory|tolerance|"
    r"adaptation|susceptibility|addiction|exposure) to\b)",
    re.IGNORECASE,
)
"""A response to a blockade, and resistance to an inhibitor, are things by themselves."""
SYMBOL: Final = re.compile(
    r"^(?:(?=\S*[A-Z])(?=\S*\d)\S+|\S*[A-Z]\S*[A-Z]\S*|[a-z]{1,3}-?[A-Z0-9]\S*|[A-Z]-[a-z]+in|"
    r"p\d{2,3}|\S*(?:alpha|beta|gamma|kappa)\S*)$"
)
"""What is written like the symbol of a gene or protein: CCL2, IL-6, c-MET, p53, E-cadherin."""
MOLECULE: Final = re.compile(
    r"^(?:[a-z]{3,}(?:in|ins|ase|ases|kine|kines)|(?:"
    + alternatives(
        """
        collagen, fibronectin, laminin, glucose, lactate, cholesterol, glutamine, arginine
        tryptophan, adenosine, oestrogen, estrogen, androgen
        """
    )
    + ")s?)$"
)
MOLECULES: Final = frozenset(
    {"Protein", "Gene", "Molecule", "Drug", "RNA", "MicroRNA", "ProteinFamily", "ProteinComplex",
     "Complex", "SmallMolecule", "Metabolite", "Chemical"}
)  # fmt: skip
CELLS: Final = frozenset({"Cell", "CellType", "CellCluster", "CellularStructure"})
ILLNESSES: Final = frozenset({"Disease", "Phenotype", "ClinicalOutcome"})
"""Illnesses are named for what is low, high or missing."""
CELL_WORDS: Final = re.compile(
    r"\b(?:cells?|\w+cytes?|\w+phages?|\w+phils?|\w+blasts?|population|subset)$", re.IGNORECASE
)
STAND_INS: Final = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−⁻₋﹣－", "-"), **dict.fromkeys("⁺₊＋", "+"), "⁄": "/", "∕": "/"}
)
