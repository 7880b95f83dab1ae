/**
 * The sysex manufacturer ids and whose they are: data, and nothing else.
 *
 * Source: The MIDI Association, "SysEx ID Numbers" (the ids assigned by the MMA, and 40 to 5F,
 * 00 40 xx and 00 48 xx by AMEI of Japan). Names are shortened to what stands on the instrument;
 * ids that the list calls reserved, and those that older lists name but this one does not, are
 * left out: no name is better than a wrong one.
 *
 * A line is a block of four ids, such as 00 20 28 to 00 20 2B: a new one has its place in it.
 */

/** As {@link readNameTable} reads it, in the order of the ids. */
export const MANUFACTURER_IDS = `
01: Sequential Circuits | 02: IDP | 03: Voyetra Turtle Beach
04: Moog | 05: Passport Designs | 06: Lexicon | 07: Kurzweil
08: Fender | 09: MIDI9 | 0A: AKG Acoustics | 0B: Voyce Music
0C: WaveFrame | 0D: ADA Signal Processors | 0E: Garfield Electronics | 0F: Ensoniq
10: Oberheim | 11: Apple | 12: Grey Matter Response | 13: Digidesign
14: Palmtree Instruments | 15: JLCooper Electronics | 16: Lowrey | 17: Adams-Smith
18: E-mu | 19: Harmony Systems | 1A: ART | 1B: Baldwin
1C: Eventide | 1D: Inventronics | 1E: Key Concepts | 1F: Clarity
20: Passac | 21: Proel Labs (SIEL) | 22: SynthAxe | 23: Stepp
24: Hohner | 25: Twister | 26: Ketron | 27: Jellinghaus MS
28: Southworth Music Systems | 29: PPG | 2A: JEN | 2B: Solid State Logic
2C: Audio Veritrieb P. Struven | 2D: Neve | 2E: Soundtracs | 2F: Elka
30: Dynacord | 31: Viscount | 32: Drawmer | 33: Clavia
34: Audio Architecture | 35: Generalmusic | 36: Cheetah Marketing | 37: C.T.M.
38: Simmons | 39: Soundcraft | 3A: Steinberg | 3B: Wersi
3C: AVAB Niethammer | 3D: Digigram | 3E: Waldorf | 3F: Quasimidi
40: Kawai | 41: Roland | 42: Korg | 43: Yamaha
44: Casio | 46: Kamiya Studio | 47: Akai
48: JVC (Victor Company of Japan) | 4B: Fujitsu
4C: Sony | 4E: Teac
50: Matsushita Electric | 51: Fostex | 52: Zoom
54: Matsushita Communication | 55: Suzuki | 56: Fuji Sound | 57: Acoustic Technical Laboratory
59: Faith | 5A: Internet Corporation
5C: Seekers | 5F: SD Card Association
00 00 01: Time/Warner Interactive | 00 00 02: Advanced Gravis | 00 00 03: Media Vision
00 00 04: Dornes Research Group | 00 00 05: K-Muse | 00 00 06: Stypher | 00 00 07: Digital Music Corp.
00 00 08: IOTA Systems | 00 00 09: New England Digital | 00 00 0A: Artisyn | 00 00 0B: IVL Technologies
00 00 0C: Southern Music Systems | 00 00 0D: Lake Butler Sound Company | 00 00 0E: Alesis | 00 00 0F: Sound Creation
00 00 10: DOD Electronics | 00 00 11: Studer-Editech | 00 00 12: Sonus | 00 00 13: Temporal Acuity Products
00 00 14: Perfect Fretworks | 00 00 15: KAT | 00 00 16: Opcode Systems | 00 00 17: Rane
00 00 18: Anadi Electronique | 00 00 19: KMX | 00 00 1A: Allen & Heath Brenell | 00 00 1B: Peavey
00 00 1C: 360 Systems | 00 00 1D: Spectrum Design and Development | 00 00 1E: Marquis Music | 00 00 1F: Zeta Systems
00 00 20: Axxes (Brian Parsonett) | 00 00 21: Orban | 00 00 22: Indian Valley Mfg. | 00 00 23: Triton
00 00 24: KTI | 00 00 25: Breakaway Technologies | 00 00 26: Leprecon / CAE | 00 00 27: Harrison Systems
00 00 28: Future Lab / Mark Kuo | 00 00 29: Rocktron | 00 00 2A: PianoDisc | 00 00 2B: Cannon Research Group
00 00 2D: Rodgers Instrument | 00 00 2E: Blue Sky Logic | 00 00 2F: Encore Electronics
00 00 30: Uptown | 00 00 31: Voce | 00 00 32: CTI Audio (Musically Intelligent Devices) | 00 00 33: S3
00 00 34: Broderbund / Red Orb | 00 00 35: Allen Organ | 00 00 37: Music Quest
00 00 38: Aphex | 00 00 39: Gallien-Krueger | 00 00 3A: IBM | 00 00 3B: Mark of the Unicorn (MOTU)
00 00 3C: Hotz | 00 00 3D: ETA Lighting | 00 00 3E: NSI | 00 00 3F: Ad Lib
00 00 40: Richmond Sound Design | 00 00 41: Microsoft | 00 00 42: Mindscape (Software Toolworks) | 00 00 43: Russ Jones Marketing / Niche
00 00 44: Intone | 00 00 45: Advanced Remote Technologies | 00 00 46: White Instruments | 00 00 47: GT Electronics / Groove Tubes
00 00 48: Pacific Research & Engineering | 00 00 49: Timeline Vista | 00 00 4A: Mesa Boogie | 00 00 4B: FSLI
00 00 4C: Sequoia Development Group | 00 00 4D: Studio Electronics | 00 00 4E: Euphonix | 00 00 4F: InterMIDI
00 00 50: MIDI Solutions | 00 00 51: 3DO | 00 00 52: Lightwave Research / High End Systems | 00 00 53: Micro-W
00 00 54: Spectral Synthesis | 00 00 55: Lone Wolf | 00 00 56: Studio Technologies | 00 00 57: Peterson Electro-Musical
00 00 58: Atari | 00 00 59: Marion Systems | 00 00 5A: Design Event | 00 00 5B: Winjammer Software
00 00 5C: AT&T Bell Laboratories | 00 00 5E: Symetrix | 00 00 5F: MIDI the World
00 00 60: Spatializer | 00 00 61: Micros 'N MIDI | 00 00 62: Accordians International | 00 00 63: EuPhonics (3Com)
00 00 64: Musonix | 00 00 65: Turtle Beach Systems (Voyetra) | 00 00 66: Loud Technologies / Mackie | 00 00 67: CompuServe
00 00 68: BEC Technologies | 00 00 69: QRS Music | 00 00 6A: P.G. Music | 00 00 6B: Sierra Semiconductor
00 00 6C: EpiGraf | 00 00 6D: Electronics Diversified | 00 00 6E: Tune 1000 | 00 00 6F: Advanced Micro Devices
00 00 70: Mediamation | 00 00 71: Sabine Musical | 00 00 72: Woog Labs | 00 00 73: Micropolis
00 00 74: Ta Horng Musical Instrument | 00 00 75: e-Tek Labs (Forte Tech) | 00 00 76: Electro-Voice | 00 00 77: Midisoft
00 00 78: QSound Labs | 00 00 79: Westrex | 00 00 7A: Nvidia | 00 00 7B: ESS Technology
00 00 7C: Media Trix Peripherals | 00 00 7D: Brooktree | 00 00 7E: Otari | 00 00 7F: Key Electronics
00 01 00: Shure | 00 01 01: AuraSound | 00 01 02: Crystal Semiconductor | 00 01 03: Conexant (Rockwell)
00 01 04: Silicon Graphics | 00 01 05: M-Audio (Midiman) | 00 01 06: PreSonus
00 01 08: Topaz Enterprises | 00 01 09: Cast Lighting | 00 01 0A: Microsoft Consumer Division | 00 01 0B: Sonic Foundry
00 01 0C: Line 6 | 00 01 0D: Beatnik | 00 01 0E: Van Koevering | 00 01 0F: Altech Systems
00 01 10: S & S Research | 00 01 11: VLSI Technology | 00 01 12: Chromatic Research | 00 01 13: Sapphire
00 01 14: IDRC | 00 01 15: Justonic Tuning | 00 01 16: TorComp Research | 00 01 17: Newtek
00 01 18: Sound Sculpture | 00 01 19: Walker Technical | 00 01 1A: Digital Harmony (PAVO) | 00 01 1B: InVision Interactive
00 01 1C: T-Square Design | 00 01 1D: Nemesys Music Technology | 00 01 1E: DBX Professional (Harman) | 00 01 1F: Syndyne
00 01 20: Bitheadz | 00 01 21: BandLab Technologies | 00 01 22: Analog Devices | 00 01 23: National Semiconductor
00 01 24: Boom Theory / Adinolfi Alternative Percussion | 00 01 25: Virtual DSP | 00 01 26: Antares Systems | 00 01 27: Angel Software
00 01 28: St Louis Music | 00 01 29: Passport Music Software (Gvox) | 00 01 2A: Ashley Audio | 00 01 2B: Vari-Lite
00 01 2C: Summit Audio | 00 01 2D: Aureal Semiconductor | 00 01 2E: SeaSound | 00 01 2F: U.S. Robotics
00 01 30: Aurisis Research | 00 01 31: Nearfield Research | 00 01 32: FM7 | 00 01 33: Swivel Systems
00 01 34: Hyperactive Audio Systems | 00 01 35: MidiLite (Castle Studios Productions) | 00 01 36: Radikal Technologies | 00 01 37: Roger Linn Design
00 01 38: TC-Helicon | 00 01 39: Event Electronics | 00 01 3A: Sonic Network | 00 01 3B: Realtime Music Solutions
00 01 3C: Apogee Digital | 00 01 3D: Classical Organs | 00 01 3E: Microtools | 00 01 3F: Numark
00 01 40: Frontier Design Group | 00 01 41: Recordare | 00 01 42: Starr Labs | 00 01 43: Voyager Sound
00 01 44: Manifold Labs | 00 01 45: Aviom | 00 01 46: Mixmeister Technology | 00 01 47: Notation Software
00 01 48: Mercurial Communications | 00 01 49: Wave Arts | 00 01 4A: Logic Sequencing Devices | 00 01 4B: Axess Electronics
00 01 4C: Muse Research | 00 01 4D: Open Labs | 00 01 4E: Guillemot | 00 01 4F: Samson Technologies
00 01 50: Electronic Theatre Controls | 00 01 51: BlackBerry (RIM) | 00 01 52: Mobileer | 00 01 53: Synthogy
00 01 54: Lynx Studio Technology | 00 01 55: Damage Control Engineering | 00 01 56: Yost Engineering | 00 01 57: Brooks & Forsman Designs / DrumLite
00 01 58: Infinite Response | 00 01 59: Garritan | 00 01 5A: Plogue | 00 01 5B: RJM Music Technology
00 01 5C: Custom Solutions Software | 00 01 5D: Sonarcana / Highly Liquid | 00 01 5E: Centrance | 00 01 5F: Kesumo
00 01 60: Stanton | 00 01 61: Livid Instruments | 00 01 62: First Act / 745 Media | 00 01 63: Pygraphics
00 01 64: Panadigm Innovations | 00 01 65: Avedis Zildjian | 00 01 66: Auvital Music | 00 01 67: You Rock Guitar (Inspired Instruments)
00 01 68: Chris Grigg Designs | 00 01 69: Slate Digital | 00 01 6A: Mixware | 00 01 6B: Social Entropy
00 01 6C: Source Audio | 00 01 6D: Ernie Ball / Music Man | 00 01 6E: Fishman | 00 01 6F: Custom Audio Electronics
00 01 70: American Audio / DJ | 00 01 71: Mega Control Systems | 00 01 72: Kilpatrick Audio | 00 01 73: iConnectivity
00 01 74: Fractal Audio | 00 01 75: NetLogic Microsystems | 00 01 76: Music Computing | 00 01 77: Nektar Technology
00 01 78: Zenph Sound Innovations | 00 01 79: DJTechTools | 00 01 7A: Rezonance Labs | 00 01 7B: Decibel Eleven
00 01 7C: CNMAT | 00 01 7D: Media Overkill | 00 01 7E: Confusion Studios | 00 01 7F: moForte
00 02 00: Miselu | 00 02 01: Amelia's Compass | 00 02 02: Zivix | 00 02 03: Artiphon
00 02 04: Synclavier Digital | 00 02 05: Light & Sound Control Devices | 00 02 06: Retronyms | 00 02 07: JS Technologies
00 02 08: Quicco Sound | 00 02 09: A-Designs Audio | 00 02 0A: McCarthy Music | 00 02 0B: Denon DJ
00 02 0C: Keith Robert Murray | 00 02 0D: Google | 00 02 0E: ISP Technologies | 00 02 0F: Abstrakt Instruments
00 02 10: Meris | 00 02 11: Sensorpoint | 00 02 12: Hi-Z Labs | 00 02 13: Imitone
00 02 14: Intellijel | 00 02 15: Dasz Instruments | 00 02 16: Remidi | 00 02 17: Disaster Area Designs
00 02 18: Universal Audio | 00 02 19: Carter Duncan | 00 02 1A: Essential Technology | 00 02 1B: Cantux Research
00 02 1C: Hummel Technologies | 00 02 1D: Sensel | 00 02 1E: DBML Group | 00 02 1F: Madrona Labs
00 02 20: Mesa Boogie | 00 02 21: Effigy Labs | 00 02 22: Amenote (MK2 Image) | 00 02 23: Red Panda
00 02 24: OnSong | 00 02 25: Jamboxx | 00 02 26: Electro-Harmonix | 00 02 27: RnD64
00 02 28: Neunaber Technology | 00 02 29: Kaom | 00 02 2A: Hallowell EMC | 00 02 2B: Sound Devices
00 02 2C: Spectrasonics | 00 02 2D: Second Sound | 00 02 2E: 8eo (Horn) | 00 02 2F: VIDVOX
00 02 30: Matthews Effects | 00 02 31: Bright Blue Beetle | 00 02 32: Audio Impressions | 00 02 33: Looperlative
00 02 34: Steinway | 00 02 35: Ingenious Arts and Technologies | 00 02 36: DCA Audio | 00 02 37: Buchla USA
00 02 38: Sinicon | 00 02 39: Isla Instruments | 00 02 3A: Soundiron | 00 02 3B: Sonoclast
00 02 3C: Copper and Cedar | 00 02 3D: Whirled Notes | 00 02 3E: Cejetvole | 00 02 3F: DAWn Audio
00 02 40: Space Brain Circuits | 00 02 41: Caedence | 00 02 42: HCN Designs (The MIDI Maker) | 00 02 43: PTZOptics
00 02 44: Noise Engineering | 00 02 45: Synthesia | 00 02 46: Jeff Whitehead Lutherie | 00 02 47: Wampler Pedals
00 02 48: Tapis Magique | 00 02 49: Leaf Secrets | 00 02 4A: Groove Synthesis | 00 02 4B: Audiocipher Technologies
00 02 4C: Mellotron | 00 02 4D: Hologram Electronics | 00 02 4E: iCON Americas | 00 02 4F: Singular Sound
00 02 50: Genovation | 00 02 51: Method Red | 00 02 52: Brain Inventions | 00 02 53: Synervoz Communications
00 02 54: Hypertriangle
00 20 00: Dream | 00 20 01: Strand Lighting | 00 20 02: Amek (Harman) | 00 20 03: Casa Di Risparmio Di Loreto
00 20 04: Böhm electronic | 00 20 05: Syntec Digital Audio | 00 20 06: Trident Audio Developments | 00 20 07: Real World Studio
00 20 08: Evolution Synthesis | 00 20 09: Yes Technology | 00 20 0A: Audiomatica | 00 20 0B: Bontempi (Sigma)
00 20 0C: F.B.T. Elettronica | 00 20 0D: MidiTemp | 00 20 0E: LA Audio (Larking Audio) | 00 20 0F: Zero 88 Lighting
00 20 10: Micon Audio Electronics | 00 20 11: Forefront Technology | 00 20 12: Studio Audio and Video | 00 20 13: Kenton Electronics
00 20 14: Celco / Electrosonic | 00 20 15: ADB | 00 20 16: Marshall Products | 00 20 17: DDA
00 20 18: BSS Audio | 00 20 19: MA Lighting Technology | 00 20 1A: Fatar | 00 20 1B: QSC Audio
00 20 1C: Artisan Classic Organ | 00 20 1D: Orla | 00 20 1E: Pinnacle Audio (Klark Teknik) | 00 20 1F: TC Electronic
00 20 20: Doepfer | 00 20 21: Creative ATC / E-mu | 00 20 22: Seyddo / Minami | 00 20 23: LG Electronics (Goldstar)
00 20 24: Midisoft di M. Cima | 00 20 25: Samick | 00 20 26: Penny and Giles | 00 20 27: Acorn Computer
00 20 28: LSC Electronics | 00 20 29: Focusrite / Novation | 00 20 2A: Samkyung Mechatronics | 00 20 2B: Medeli Electronics
00 20 2C: Charlie Lab | 00 20 2D: Blue Chip Music Technology | 00 20 2E: BEE OH | 00 20 2F: LG Semicon America
00 20 30: TESI | 00 20 31: Emagic | 00 20 32: Behringer | 00 20 33: Access Music
00 20 34: Synoptic | 00 20 35: Hanmesoft | 00 20 36: Terratec | 00 20 37: Proel
00 20 38: IBK MIDI | 00 20 39: IRCAM | 00 20 3A: Propellerhead | 00 20 3B: Red Sound Systems
00 20 3C: Elektron | 00 20 3D: Sintefex Audio | 00 20 3E: MAM (Music and More) | 00 20 3F: Amsaro
00 20 40: CDS Advanced Technology (Lanbox) | 00 20 41: Mode Machines (Touched By Sound) | 00 20 42: DSP Arts | 00 20 43: Phil Rees Music Tech
00 20 44: Stamer Musikanlagen | 00 20 45: Soundart (Musical Muntaner) | 00 20 46: C-Mexx Software | 00 20 47: Klavis Technologies
00 20 48: Noteheads | 00 20 49: Algorithmix | 00 20 4A: Skrydstrup R&D | 00 20 4B: Professional Audio Company
00 20 4C: NewWave Labs (MadWaves) | 00 20 4D: Vermona | 00 20 4E: Nokia | 00 20 4F: Wave Idea
00 20 50: Hartmann | 00 20 51: Lion's Tracs | 00 20 52: Analogue Systems | 00 20 53: Focal-JMlab
00 20 54: Ringway Electronics | 00 20 55: Faith Technologies (Digiplug) | 00 20 56: Showworks | 00 20 57: Manikin Electronic
00 20 58: 1 Come Tech | 00 20 59: Phonic | 00 20 5A: Dolby Australia (Lake) | 00 20 5B: Silansys Technologies
00 20 5C: Winbond Electronics | 00 20 5D: Cinetix Medien und Interface | 00 20 5E: A&G Soluzioni Digitali | 00 20 5F: Sequentix
00 20 60: Oram Pro Audio | 00 20 61: Be4 | 00 20 62: Infection Music | 00 20 63: Central Music (CME)
00 20 64: genoQs Machines | 00 20 65: Medialon | 00 20 66: Waves Audio | 00 20 67: Jerash Labs
00 20 68: Da Fact | 00 20 69: Elby Designs | 00 20 6A: Spectral Audio | 00 20 6B: Arturia
00 20 6C: Vixid | 00 20 6D: C-Thru Music | 00 20 6E: Ya Horng Electronic | 00 20 6F: SM Pro Audio
00 20 70: OTO Machines | 00 20 71: ELZAB (G LAB) | 00 20 72: Blackstar Amplification | 00 20 73: M3i Technologies
00 20 74: Gemalto (Xiring) | 00 20 75: Prostage | 00 20 76: Teenage Engineering | 00 20 77: Tobias Erichsen Consulting
00 20 78: Nixer | 00 20 79: Hanpin Electron | 00 20 7A: MIDI-hardware R. Sowa | 00 20 7B: Beyond Music Industrial
00 20 7C: Kiss Box | 00 20 7D: Misa Digital Technologies | 00 20 7E: AI Musics Technology | 00 20 7F: Serato
00 21 00: Limex | 00 21 01: Kyodday (Tokai) | 00 21 02: Mutable Instruments | 00 21 03: PreSonus Software
00 21 04: Ingenico (Xiring) | 00 21 05: Fairlight Instruments | 00 21 06: Musicom Lab | 00 21 07: Modal Electronics (Modulus / VacoLoco)
00 21 08: RWA (Hong Kong) | 00 21 09: Native Instruments | 00 21 0A: Naonext | 00 21 0B: MFB
00 21 0C: Teknel Research | 00 21 0D: Ploytec | 00 21 0E: Surfin Kangaroo Studio | 00 21 0F: Philips Electronics HK
00 21 10: ROLI | 00 21 11: Panda-Audio | 00 21 12: BauM Software | 00 21 13: Machinewerks
00 21 14: Xiamen Elane Electronics | 00 21 15: Marshall Amplification | 00 21 16: Kiwitechnics | 00 21 17: Rob Papen
00 21 18: Spicetone | 00 21 19: V3Sound | 00 21 1A: IK Multimedia | 00 21 1B: Novalia
00 21 1C: Modor Music | 00 21 1D: Ableton | 00 21 1E: Dtronics | 00 21 1F: ZAQ Audio
00 21 20: Muabaobao Education Technology | 00 21 21: Flux Effects | 00 21 22: Audiothingies (MCDA) | 00 21 23: Retrokits
00 21 24: Morningstar FX | 00 21 25: Hotone Audio | 00 21 26: Expressive E | 00 21 27: Expert Sleepers
00 21 28: Timecode-Vision Technology | 00 21 29: Hornberg Research | 00 21 2A: Sonic Potions | 00 21 2B: Audiofront
00 21 2C: Fred's Lab | 00 21 2D: Audio Modeling | 00 21 2E: C. Bechstein Digital | 00 21 2F: Motas Electronics
00 21 30: Elk Audio (MIND Music Labs) | 00 21 31: Sonic Academy | 00 21 32: Bome Software | 00 21 33: Aodyo
00 21 34: Pianoforce | 00 21 35: Dreadbox | 00 21 36: TouchKeys Instruments | 00 21 37: The GigRig
00 21 38: ALM | 00 21 39: CH Sound Design | 00 21 3A: Beat Bars | 00 21 3B: Blokas
00 21 3C: GEWA Music | 00 21 3D: dadamachines | 00 21 3E: Augmented Instruments (Bela) | 00 21 3F: Supercritical
00 21 40: Genki Instruments | 00 21 41: Marienberg Devices | 00 21 42: Supperware | 00 21 43: Imoxplus
00 21 44: Swapp Technologies | 00 21 45: Electra One | 00 21 46: Digital Clef | 00 21 47: Paul Whittington Group
00 21 48: Music Hackspace | 00 21 49: Bitwig | 00 21 4A: Enhancia | 00 21 4B: KV 331
00 21 4C: Tehnicadelarte | 00 21 4D: Endlesss Studio | 00 21 4E: Midiplus | 00 21 4F: Gracely
00 21 50: Embodme | 00 21 51: MuseScore | 00 21 52: EPFL (E-Lab) | 00 21 53: Orb3
00 21 54: Pitch Innovations | 00 21 55: Playces | 00 21 56: UDO Audio | 00 21 57: RSS Sound Design
00 21 58: Nonlinear Labs | 00 21 59: Robkoo | 00 21 5A: Cari Electronic | 00 21 5B: Oxi Electronic Instruments
00 21 5C: XMPT | 00 21 5D: Shanghai Huaxin Musical Instrument | 00 21 5E: Shenzhen Huashi Technology
00 21 60: Guangzhou Rantion Technology | 00 21 61: Ryme Music | 00 21 62: GS Music | 00 21 63: Shenzhen Flamma Innovation
00 21 64: Mooer Audio | 00 21 65: Raw Material Software (JUCE) | 00 21 66: Birdkids | 00 21 67: Beijing QianYinHuLian
00 21 68: Nimikry Music | 00 21 69: Newzik | 00 21 6A: Hamburg Wave | 00 21 6B: Grimm Audio
00 21 6C: Arcana Instruments | 00 21 6D: Gamechanger Audio | 00 21 6E: OakTone | 00 21 6F: The Digi-Gurdy
00 21 70: MusiKraken | 00 21 71: PhotoSynth > InterFACE | 00 21 72: Instruments of Things | 00 21 73: oodi
00 21 74: Komires | 00 21 75: Lehle | 00 21 76: Joué Music Instruments | 00 21 77: Guangzhou Pearl River Amason
00 21 78: Rhesus Engineering
00 40 00: Crimson Technology | 00 40 01: Softbank Mobile | 00 40 03: D&M Holdings
00 40 04: Xing | 00 40 05: AlphaTheta | 00 40 06: Pioneer | 00 40 07: Slik
00 48 00: Sigboost | 00 48 01: Lost Technology | 00 48 02: Uchiwa Fujin | 00 48 03: Tsukuba Science
00 48 04: Sonicware | 00 48 05: Poppy only workshop
7D: Non-commercial | 7E: Universal non-realtime | 7F: Universal realtime
`;
